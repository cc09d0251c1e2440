"""Every error that Quoth raises on purpose.

They hold data and a message that says what was got, what is allowed and what to do. None knows HTTP: one table
in ``service.api.errors`` maps them to status codes.

::

    QuothError
    ├── SettingsError         the environment asks for something that cannot be
    │   └── NamesFileError    the operator's names file is missing or malformed
    ├── PackError             the model pack is missing, incomplete or altered
    ├── ArticleError          an article that cannot be read
    │   ├── EmptyArticle      nothing but white space
    │   ├── ArticleTooLong    more characters than the service accepts
    │   └── NotText           bytes that are no text in the declared encoding
    ├── ClaimError            a claim that cannot be verified
    ├── ScoreError            gold and predictions cannot be scored against each other
    └── StoreError            the store refused
        ├── NotFound          no such article, quote or speaker
        ├── Conflict          the id already names something else
        │   └── InProgress    the first request with this idempotency key is not done yet
        ├── Stale             what is to be changed was changed meanwhile
        ├── BadCorrection     a correction that says nothing, or nothing that can be
        ├── KeyReused         an idempotency key came again with another request
        ├── LeaseLost         a part of a bulk job belongs to another worker by now
        ├── BackupError       a backup that cannot be written, or read to its end
        ├── BadCursor         a cursor that this list, with these filters, never gave
        └── StoreUnavailable  locked, full, read-only or gone
"""

from __future__ import annotations


class QuothError(Exception):
    """Root of all errors raised by Quoth; ``str(error)`` is fit to be shown to a user."""


class SettingsError(QuothError):
    """One or more ``QUOTH_*`` settings are unknown or malformed; the message names each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("the settings cannot be used: " + "; ".join(faults))
        self.faults = faults


class NamesFileError(SettingsError):
    """The names file cannot be used; each fault names its line."""

    def __init__(self, file: str, faults: tuple[str, ...]) -> None:
        super().__init__(tuple(f"QUOTH_NAMES_FILE: {file}: {fault}" for fault in faults))
        self.file = file


class PackError(QuothError):
    """The model pack cannot be used; the message names the file."""


class ArticleError(QuothError):
    """An article that cannot be read."""


class EmptyArticle(ArticleError):
    """The text holds nothing but white space."""

    def __init__(self) -> None:
        super().__init__("the article is empty: got no character but white space; send the article's text")


class ArticleTooLong(ArticleError):
    """The text has more code points than is allowed."""

    def __init__(self, *, characters: int, allowed: int) -> None:
        super().__init__(
            f"the article is too long: got {characters:,} characters, at most {allowed:,} are allowed; "
            "split it, or raise QUOTH_MAX_ARTICLE_CHARS"
        )
        self.characters = characters
        self.allowed = allowed


class NotText(ArticleError):
    """Bytes that are no text; the message says where the first bad byte stands."""


class ClaimError(QuothError):
    """A claim that says nothing that could be looked for; ``field`` is the part of it that is wrong."""

    def __init__(self, message: str, *, field: str = "quote") -> None:
        super().__init__(message)
        self.field = field


class ScoreError(QuothError):
    """Gold and predictions cannot be scored against each other; the message names file, line or article."""


class StoreError(QuothError):
    """The store refused."""


class NotFound(StoreError):
    """Nothing of that kind has this id."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"there is no {kind} {id!r}; the list of what is stored shows the ids in use")
        self.kind = kind
        self.id = id


class Conflict(StoreError):
    """An id already names something else."""


class InProgress(Conflict):
    """The first request with this idempotency key is not answered yet."""


class Stale(StoreError):
    """Somebody else was first: the quote has another version than the one that was to be changed."""

    def __init__(self, id: str, *, expected: int, current: int) -> None:
        super().__init__(
            f"the quote {id!r} was changed meanwhile: got version {expected}, it now has version {current}; "
            "read it again and correct what it says now"
        )
        self.id = id
        self.expected = expected
        self.current = current


class BadCorrection(StoreError):
    """A correction that cannot be made; ``field`` is the part of it that is wrong, None for the whole."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class KeyReused(StoreError):
    """An idempotency key came with another request than the first time."""


class LeaseLost(StoreError):
    """A part of a bulk job belongs to another worker by now, or its job has ended."""

    def __init__(self, job: str) -> None:
        super().__init__(f"a part of the job {job!r} is no longer this worker's; what it read of it is left alone")


class BackupError(StoreError):
    """A backup cannot be written, or not be read to its end; nothing half written or restored is left."""


class BadCursor(StoreError):
    """A cursor that is garbled, or that comes from another list or from other filters."""

    def __init__(self, cursor: str) -> None:
        shown = cursor if len(cursor) <= 60 else cursor[:60] + "…"
        super().__init__(
            f"the cursor {shown!r} does not belong to this list; take it unchanged from the page before, "
            "with the same filters, or leave it out to start at the first page"
        )
        self.cursor = cursor


class StoreUnavailable(StoreError):
    """The database is locked, full, read-only or gone; try again later."""
