"""What commands of officials have in common: their names, reasons and versions, and the answers when they are refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from pydantic import Field, StringConstraints

from api.problems import INVALID_PARAMETERS, STEP_NOT_ALLOWED, Problem
from api.routes.conflicts import command_problem
from infra.labelling import Moved
from infra.store.event_log import Conflict
from risk_model.clocks.clock import ClockRefused
from risk_model.policy import PolicyError
from risk_model.refusals import LONGEST_NAME, LONGEST_REASON, Incomplete, NotAllowed

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME)]
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
        extra = {"possible_steps": list(refused.possible)}
        raise Problem(STEP_NOT_ALLOWED, refused.zh, refused.en, extra=extra) from refused
    except (ClockRefused, PolicyError) as refused:
        zh, _, en = str(refused).partition(" / ")
        raise Problem(STEP_NOT_ALLOWED, zh, en or zh) from refused
    except (Moved, Conflict) as refused:
        raise command_problem(refused) from refused
