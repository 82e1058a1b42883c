"""Work on hostile text: its time grows with the length of the text, not with the square of it."""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from coach.errors import InputError

LENGTH = 5_000
"""Characters of the short text. The long one has four times as many: work of quadratic time takes
sixteen times as long for it."""

_MOST = 10.0  # times as long for four times as much
_ENDLESS = 3.0  # seconds for the short text: exponential time never ends
_TOO_SHORT = 0.2  # seconds: what is done sooner cannot be compared

PIECES = (
    "<a", "<v ", "<!--", "</", "&#1", "&", "[", "[a", "(1", "{\\", "1", "1:", "1.", "00:00 ", "#",
    "00:00:01,000 --> ", "a:", "A: a\n", ";", "//a:", "\x15", "&=", "@", "-", "->", ".", "_", "a_",
    "a-", "a.", "a@", " ", "\n", "1\n", "\t", "A", "a ", "\u0301", '"', 'a"', "'", "\\", "|",
)  # fmt: skip
"""What a hostile text repeats: the beginnings of everything that a reader looks for."""

PLACED = (
    "<a", "&#1", "[", "(1", "{\\", "1:", "a:", "a_", "//a:", "&=", "-", ".", " ", '"', "A ", "\x15",
)  # fmt: skip
"""The pieces of a text that stands in its place in a file that is otherwise whole."""

PHRASES = (
    "sorry ", "go on ", "so ", "um", "you know ", "the research ", "would you mind ", "right ",
    "not i feel ", "he's sad ", "i feel sad ", "was it ", "what if ", "is that ", "a.a@a at ",
    "one two ", "double, ", "1 ", "1(", "mr ", "www.", "a dot ", "n't ", "--", "?", "!)", "'s",
)  # fmt: skip
"""The beginnings of everything that is looked for in what somebody says."""


class TooSlow(Exception):
    """The work takes more than linear time."""


def check_linear(work: Callable[[str], object], piece: str, around: str = "{}") -> None:
    """Do the work on a short hostile text and on one of four times its length.

    Parameters
    ----------
    work : may refuse the text with an `InputError`.
    piece : is repeated.
    around : the text, ``{}`` stands for the pieces.

    Raises
    ------
    TooSlow : if the second takes too many times as long as the first.
    """
    short, long = (around.replace("{}", piece * (n // len(piece))) for n in (LENGTH, 4 * LENGTH))
    with suppress(TooSlow):
        with suppress(InputError), _stopped_after(_TOO_SHORT):
            work(long)
        return
    began = time.process_time()
    with suppress(InputError), _stopped_after(_ENDLESS):
        work(short)
    with (
        suppress(InputError),
        _stopped_after(max(_TOO_SHORT, _MOST * (time.process_time() - began))),
    ):
        work(long)


@contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    """Stop what is inside, a regular expression too, after some seconds of this process's time.

    Nothing is collected meanwhile: an exception raised within a callback of the collector is lost.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlow(f"{LENGTH} characters, then four times as many: more than {seconds:.1f} s.")

    gc.disable()
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        gc.enable()
