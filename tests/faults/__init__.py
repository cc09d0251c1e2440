"""What goes wrong around the service: processes killed, disks full, servers gone, clocks set back, files damaged."""
