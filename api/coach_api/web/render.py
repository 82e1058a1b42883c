"""Templates, and the values of every page: who is signed in, the form's token, the current page."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from coach.analysis.stages import ANALYSIS
from coach.feedback.wording import clock
from coach_api.people.principal import Principal
from coach_api.problems import KINDS, Problem, problem_of_status
from coach_api.sessions.scoring import title_by_date
from coach_api.web.correction_text import describe_change
from coach_api.web.goal_text import describe_goal, describe_progress

STAGE_LABELS = {"": "Waiting for its turn"} | {
    stage.name: stage.label.capitalize() for stage in ANALYSIS
}
"""What a session waits for or goes through, as pages say it."""

_STATES = {
    "queued": "waiting", "running": "being analysed", "done": "ready", "failed": "failed",
    "cancelled": "stopped",
}  # fmt: skip


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("coach_api.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        stage_labels=STAGE_LABELS, standing=describe_progress, wanted=describe_goal
    )
    environment.filters.update(
        clock=clock,
        day=lambda moment: f"{moment:%-d %B %Y}",
        time=lambda moment: f"{moment:%-d %B %Y, %-H:%M}",
        untitled=title_by_date,
        stage=lambda name: STAGE_LABELS.get(name, name),
        state=_STATES.__getitem__,
        told=describe_change,
    )
    return environment


def page(
    template: str, principal: Principal | None, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """Render a page.

    Parameters
    ----------
    template : name of the file.
    principal : who is signed in; None for nobody.
    status : of the response.
    values : for the template.
    """
    made = _environment().get_template(template).render(principal=principal, **values)
    return HTMLResponse(made, status)


def fragment(template: str, principal: Principal, **values: Any) -> Markup:
    """Render a part of a page.

    Parameters
    ----------
    template : name of the file.
    principal : who is signed in.
    values : for the template.
    """
    made = _environment().get_template(template).render(principal=principal, **values)
    return Markup(made)


def sign_in_form(
    status: int, *, oidc: bool = False, message: str = "", email: str = "", with_code: bool = False
) -> HTMLResponse:
    """The form to sign in with.

    Parameters
    ----------
    status : of the answer.
    oidc : whether the organisation's sign-in is offered.
    message : why an attempt before failed.
    email : what was typed before.
    with_code : whether the code of a second factor is asked for.
    """
    return page(
        "sign_in.html", None, status=status, oidc=oidc, message=message, email=email,
        with_code=with_code,
    )  # fmt: skip


def error_page(request: Request, problem: Problem) -> Response:
    """A refusal as a page; who is not signed in is led to the sign-in."""
    if any(each["place"].startswith("path.") for each in problem.errors):
        problem = problem_of_status(404)
    if problem.kind == "sign-in-needed":
        return sign_in_form(401)
    answer = page(
        "problem.html", None, status=problem.status, problem=problem, kind=KINDS[problem.kind]
    )
    answer.headers.update(problem.headers)
    return answer


def wants_html(request: Request) -> bool:
    """Whether an error is to be a page: a browser asks for one of our pages."""
    return not request.url.path.startswith("/v1/") and prefers_html(request)


def prefers_html(request: Request) -> bool:
    """Whether the Accept header puts HTML before JSON; ``*/*`` or no header does not."""
    weights = {"text/html": 0.0, "application/json": 0.0}
    for each in request.headers.get("accept", "").split(","):
        kind, _, parameters = each.strip().partition(";")
        if kind in weights:
            weights[kind] = _quality(parameters)
    return weights["text/html"] > weights["application/json"]


def _quality(parameters: str) -> float:
    name, _, number = parameters.strip().partition("=")
    try:
        return float(number) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
