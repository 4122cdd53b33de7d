"""Which flags belong to one account. Never by phone, e-mail or display name: families share them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from kotaconsole.domain.referral import Account


@dataclass(frozen=True, slots=True)
class AccountKeys:
    """What tells one account from another, folded; None where the flag does not carry it.

    Attributes:
        by_id: platform and the platform's own id. url: folded profile address. by_handle: platform and handle.
    """

    by_id: str | None = None
    url: str | None = None
    by_handle: str | None = None

    def same(self, other: AccountKeys) -> bool:
        """Compare the first key that both carry; a difference there overrules equal later ones."""
        for mine, theirs in zip(self.ordered(), other.ordered(), strict=True):
            if mine is not None and theirs is not None:
                return mine == theirs
        return False

    def ordered(self) -> tuple[str | None, str | None, str | None]:
        """Strongest key first."""
        return (self.by_id, self.url, self.by_handle)


def keys_of(platform: str, account: Account) -> AccountKeys:
    """The keys of one flag's account; a key that is empty after folding is not carried."""
    ident = (account.platform_account_id or "").strip()
    handle = (account.handle or "").strip().lstrip("@").strip().casefold()
    return AccountKeys(
        by_id=f"{platform}:{ident}" if ident else None,
        url=_fold_url(account.url or "") or None,
        by_handle=f"{platform}:{handle}" if handle else None,
    )


def _fold_url(url: str) -> str:
    text = url.strip()
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
    except ValueError:  # e.g. a broken IPv6 host: the text itself is then the key
        return text
    host = parts.netloc.casefold()
    for prefix in ("www.", "m."):
        host = host.removeprefix(prefix)
    return f"{host}{parts.path.rstrip('/')}" if host else ""
