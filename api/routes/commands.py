"""What commands of officials have in common: their names, reasons and versions, and the answers when they are refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from pydantic import Field, StringConstraints

from api.problems import INVALID_PARAMETERS, STEP_NOT_ALLOWED, TOO_MANY_EVENTS, Problem
from api.routes.conflicts import conflict_problem
from infra.expecting import Moved
from infra.labelling import MOST_EVENTS, TooManyEvents
from infra.store.event_log import Conflict
from risk_model.clocks.clock import ClockRefused
from risk_model.policy import PolicyError
from risk_model.refusals import LONGEST_NAME, LONGEST_REASON, Incomplete, NotAllowed

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME)]
Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_REASON)]
MayName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NAME)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_REASON)]
Version = Annotated[int, Field(ge=1, description="所见的版本（version）")]


@contextmanager
def refusals() -> Iterator[None]:
    """Turn the refusal of a command into its problem: 409 with what changed or what is possible, 422 with the fields that are wrong."""
    try:
        yield
    except Incomplete as refused:
        zh, en = "；".join(e.zh for e in refused.errors), "; ".join(e.en for e in refused.errors)
        raise Problem(INVALID_PARAMETERS, zh, en, refused.errors) from refused
    except NotAllowed as refused:
        extra = {"possible_steps": list(refused.possible), **refused.counts}
        raise Problem(STEP_NOT_ALLOWED, refused.zh, refused.en, extra=extra) from refused
    except (ClockRefused, PolicyError) as refused:
        zh, _, en = str(refused).partition(" / ")
        raise Problem(STEP_NOT_ALLOWED, zh, en or zh) from refused
    except TooManyEvents as refused:
        raise Problem(
            TOO_MANY_EVENTS,
            f"预警背后有 {refused.count} 件事件，一次最多标注 {MOST_EVENTS} 件；请逐件标注其中有代表性的",
            f"the alert has {refused.count} events, at most {MOST_EVENTS} are labelled at once: label typical ones one by one",
        ) from refused
    except (Moved, Conflict) as refused:
        raise conflict_problem(refused) from refused
