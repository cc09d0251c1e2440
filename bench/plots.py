"""The figures of a run as pictures."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

from bench.load import Growth, Workers
from bench.timing import percentile

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes


def speeds(folder: Path, found: Mapping[str, Sequence[float]]) -> Path:
    """Words a CPU second of each system: the median, and from the lowest to the highest."""
    names = sorted(found, key=lambda name: -statistics.median(found[name]))
    middles = [statistics.median(found[name]) for name in names]
    low = [middle - min(found[name]) for name, middle in zip(names, middles, strict=True)]
    high = [max(found[name]) - middle for name, middle in zip(names, middles, strict=True)]
    axes = _axes("Speed, one core", "", "words a CPU second")
    axes.bar(names, middles, yerr=[low, high], capsize=6, color="#3b6ea5")
    return _saved(axes, folder / "speed.png")


def latency(folder: Path, found: Mapping[int, Sequence[float]]) -> Path:
    """Milliseconds of a request by words an article: median and 95 %."""
    axes = _axes("POST /v1/extract, warm, one at a time", "words", "milliseconds")
    lengths = sorted(found)
    axes.plot(lengths, [statistics.median(found[n]) for n in lengths], marker="o", label="median", color="#3b6ea5")
    tails = [percentile(found[n]) for n in lengths]
    axes.plot(lengths, tails, marker="o", linestyle="--", label="95 %", color="#b5651d")
    axes.legend()
    return _saved(axes, folder / "latency.png")


def memory(folder: Path, found: Growth) -> Path:
    """Memory of a worker by articles read."""
    axes = _axes("Memory of one worker", "distinct articles read", "MiB resident")
    axes.plot(found.articles, found.resident, color="#3b6ea5")
    axes.set_ylim(bottom=0)
    return _saved(axes, folder / "memory.png")


def scaling(folder: Path, found: Sequence[Workers]) -> Path:
    """Throughput by workers, beside what as many times one would be."""
    axes = _axes("Throughput of the service", "workers", "words a second")
    counts = [one.workers for one in found]
    axes.plot(counts, [one.speed for one in found], marker="o", label="measured", color="#3b6ea5")
    axes.plot(counts, [count * found[0].speed for count in counts], linestyle=":", label="ideal", color="#777777")
    axes.set_ylim(bottom=0)
    axes.set_xticks(counts)
    axes.legend()
    return _saved(axes, folder / "workers.png")


def growth_by_length(folder: Path, figures: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Path:
    """Processor seconds by characters, both logarithmic: a panel a step, a line a hostile text (``bench.blowup``)."""
    rows, columns = -(-len(figures) // 4), min(len(figures), 4)
    size = (3 * columns, 2.8 * rows)
    figure, panels = plt.subplots(
        rows, columns, figsize=size, sharex=True, sharey=True, squeeze=False, layout="constrained"
    )
    for panel, (step, texts) in zip(panels.flat, figures.items(), strict=False):
        for one in texts.values():
            lengths, seconds = zip(*one["series"], strict=True)
            # what takes no time has no place on such a scale
            shown = [max(each, 0.0005) for each in seconds]
            panel.loglog(lengths, shown, linewidth=1, color="#b5651d" if one["bad"] else "#3b6ea5")
        panel.loglog((1e4, 1e6), (0.1, 10), linestyle=":", color="#777777")
        panel.set_title(f"{step}, {len(texts)} texts", fontsize=10)
    for panel in panels.flat[len(figures) :]:
        panel.axis("off")
    figure.supxlabel("characters")
    figure.supylabel("processor seconds (dotted: linear)")
    return _saved(panels.flat[0], folder / "blowup.png")


def _axes(title: str, across: str, up: str) -> Axes:
    _, axes = plt.subplots(figsize=(6.4, 4))
    axes.set_title(title)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(alpha=0.3)
    return axes


def _saved(axes: Axes, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure = axes.get_figure()
    assert figure is not None  # noqa: S101 - it was made with the axes
    figure.savefig(path, dpi=120, bbox_inches="tight")  # type: ignore[union-attr]
    plt.close("all")
    return path
