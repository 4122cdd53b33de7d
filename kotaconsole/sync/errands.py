"""Small requests beside feed and queue: presence, directory, timelines. None of them matters to what is saved."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from kotaconsole import __version__
from kotaconsole.api.client import HubClient
from kotaconsole.api.tokens import Tokens
from kotaconsole.domain import link
from kotaconsole.domain.errors import ContractBreach
from kotaconsole.domain.link import Notice
from kotaconsole.domain.troubles import Unheard
from kotaconsole.store import Store
from kotaconsole.sync.linkage import Linkage
from kotaconsole.sync.values import Heard
from kotaconsole.wire.bodies import Presence, Workstation

MOST_PAGES: Final = 50
_log = logging.getLogger(__name__)


class Errands:
    """What is asked now and then.

    Thread: any of "sync-http"; each errand at most once at a time.
    """

    def __init__(
        self, store: Store, tokens: Tokens, workstation: Workstation, unit: str, linkage: Linkage,
        heard: Callable[[], Heard], on_unheard: Callable[[tuple[Unheard, ...]], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._tokens = tokens
        self._workstation = workstation
        self._unit = unit
        self._link = linkage
        self._heard = heard
        self._on_unheard = on_unheard

    def presence(self, client: HubClient) -> None:
        """Tell the hub that somebody listens here, and whether an alarm would be heard."""
        view, cursor, operator = self._link.view, self._store.queries.cursor(self._unit), self._tokens.operator
        presence = Presence(
            listening=view.state == "live", audible=self._heard().audible, last_seq=cursor.seq if cursor else 0,
            outbox_depth=view.to_send, version=self._workstation.version or __version__,
            operator=operator.id if operator else None,
        )  # fmt: skip
        said = client.presence(self._workstation.id, presence).alarms
        self._on_unheard(tuple(Unheard(one.kind, one.unit, one.since, one.desk) for one in said))

    def directory(self, client: HubClient) -> None:
        """Fetch the directory when it has changed, and say what of it could not be read."""
        try:
            news = client.directory(self._store.queries.directory_etag())
        except ContractBreach as breach:
            self._link.notice(Notice(link.DIRECTORY_UNREADABLE, str(breach)))
            self._link.directory_is(link.DIRECTORY_UNREADABLE)
            raise
        self._link.directory_is(None)
        if news is None:
            return
        if news.left_out:
            _log.warning("%d entries of the directory could not be read", news.left_out)
            self._link.notice(link.directory_in_part(news.left_out))
        if news.directory != self._store.queries.directory() or not news.left_out:
            # without its mark, what is read in part is asked for again: another release may read more of it
            self._store.commands.save_directory(news.directory, "" if news.left_out else news.etag)

    def meta(self, client: HubClient) -> None:
        """See whether the hub still takes what a console of this version sends."""
        too_old = client.meta().too_new_for(self._workstation.version or __version__)
        self._link.unsent(link.TOO_OLD_TO_SEND if too_old else None)

    def timeline(self, client: HubClient, referral_id: str) -> None:
        """Fetch the events of a case that are not here."""
        after = self._store.queries.timeline_from(referral_id)
        for _ in range(MOST_PAGES):
            if after is None:
                return
            page = client.timeline(referral_id, after_version=after)
            self._store.commands.add_timeline(referral_id, page)
            if not page.more or not page.events:
                return
            after = page.events[-1].version
