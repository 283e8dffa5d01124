"""How far a long piece of work has come, for ``components/progress.jinja`` and its polling."""

from dataclasses import asdict, dataclass
from typing import Literal

from django.http import HttpRequest, JsonResponse

StepState = Literal["done", "now", "waiting"]


@dataclass(frozen=True)
class Step:
    """One step by name, and whether it is done, under way or waiting."""

    text: str
    state: StepState


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` things, the steps, and how it ended if it has.

    ``check`` is the address of the page itself; ``result`` where *See the result* leads;
    ``stopped`` says why it stopped; ``carry_on`` is where *Carry on* posts; ``left`` is the time
    left, only when honest.
    """

    done: int
    total: int
    check: str
    thing: str = "rows"
    steps: tuple[Step, ...] = ()
    left: str = ""
    finished: bool = False
    stopped: str = ""
    result: str = ""
    result_text: str = ""
    carry_on: str = ""


def wants_json(request: HttpRequest) -> bool:
    """Whether the page's own script is asking, rather than a person."""
    return request.headers.get("Accept", "").startswith("application/json")


def as_json(progress: Progress) -> JsonResponse:
    """What the page's script is told: counts and words, nothing personal."""
    told = asdict(progress)
    told["count_text"] = f"{progress.done:,} of {progress.total:,} {progress.thing}"
    return JsonResponse(told)
