"""Searching cases."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from kotaconsole.domain.vocabulary import STATES
from kotaconsole.hub.bearer import Bearer
from kotaconsole.hub.cases.pagetokens import Place
from kotaconsole.hub.cases.search import LONGEST, Question, find, words_of
from kotaconsole.hub.problems import Refused, invalid
from kotaconsole.hub.state import Hub
from kotaconsole.hub.web.answers import answer
from kotaconsole.hub.web.callers import MAX_REQUEST, reader_of
from kotaconsole.hub.web.requests import read_json
from kotaconsole.wire import codec
from kotaconsole.wire.searching import Search


async def search(hub: Hub, request: Request) -> Response:
    """`POST /v1/referrals:search`."""
    bearer = reader_of(hub, request)
    asked = await read_json(request, Search, MAX_REQUEST, hub.settings.limits.body_s)
    limits, now = hub.settings.limits, hub.clock.now()
    question = _question(hub, bearer, asked)
    told = codec.encode(asked)
    # a token goes on with the question and the person it was given for, and with no other
    binding = f"search {_digest(bearer, asked)}"
    if asked.page_token is not None:
        question = replace(question, after=hub.page_tokens.read(asked.page_token, binding, now).after_id)
    await hub.ledger.looked(bearer, "search", content=told)
    found = await hub.readers.run(partial(find, asked=question, page_bytes=limits.page_bytes))
    body = b'{"items":[%b],"server_time":"%b"' % (b",".join(found.items), now.iso().encode())
    if found.next_after is not None:
        place = Place(binding, found.next_after, 0, now.plus(seconds=limits.page_token_s))
        body += b',"next_page_token":%b' % codec.encode(hub.page_tokens.write(place))
    return await answer(request, body + b"}")


def _question(hub: Hub, bearer: Bearer, asked: Search) -> Question:
    if len(asked.q or "") > LONGEST:
        raise invalid("/q", f"at most {LONGEST} characters")
    if asked.state is not None and asked.state not in STATES:
        raise invalid("/state", f"one of {', '.join(STATES)}")
    if asked.from_ is not None and asked.to is not None and asked.from_ > asked.to:
        raise invalid("/to", "not before `from`")
    top = bearer.operator.unit if asked.unit is None else asked.unit
    if hub.directory.unit(top) is None or not hub.directory.within(top, bearer.operator.unit):
        raise Refused("not-found", "there is no such unit")
    return Question(
        words=words_of(asked.q or ""), units=tuple(hub.units_under(top)), state=asked.state,
        holder=bearer.operator.id if asked.unit is None else None, since=asked.from_, before=asked.to,
    )  # fmt: skip


def _digest(bearer: Bearer, asked: Search) -> str:
    parts = {**codec.plain(asked), "page_token": None, "who": bearer.operator.id, "unit_of": bearer.operator.unit}
    return hashlib.sha256(codec.encode(parts)).hexdigest()
