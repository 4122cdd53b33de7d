"""Commands sent again after the hub was restored from an older copy: what the case has gone past is only recorded.

The hub has lost events, sources have sent their flags again, and desks send what they wrote in the order of each desk,
not of all. So what a case has *not yet* come to does not refuse a command, and what it has gone *past* supersedes it.
Where the two cannot be told apart, the case stays open, urgent and ringing.
"""

from __future__ import annotations

from kotaconsole.domain import commands as cmd
from kotaconsole.domain.case import Case
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import Command
from kotaconsole.domain.life import Rule
from kotaconsole.domain.vocabulary import STATES


def overtaken(case: Case, rule: Rule, command: Command) -> bool:
    """Whether the case has gone past this command."""
    referral = case.referral
    if rule.transfer is not None and (rule.transfer == "pending") != (referral.transfer is not None):
        return True
    if STATES.index(referral.state) > max(STATES.index(state) for state in rule.legal_in):
        return True
    at = command.happened_at
    holder = referral.holder
    others = holder is not None and holder.operator_id != command.author.operator_id
    match command.payload:
        case cmd.Reopen():
            return referral.state != "closed"
        case cmd.Release():
            return others
        case cmd.TakeOver():
            return holder is not None and (not others or holder.since > at)
        case cmd.LowerLevel():
            return _flagged_since(case, at)
        case cmd.Close():
            reopened = case.reopened_at is not None and case.reopened_at >= at
            return reopened or _flagged_since(case, at)
    return False


def reached(case: Case, command: Command) -> int:
    """How far an acknowledgement goes: versions were given anew, so nothing counts that came after it was made.

    The first flag counts always: the command names the case by an id that is made from that flag.
    """
    through = command.payload.through if isinstance(command.payload, cmd.Acknowledge) else 0
    return max(
        (
            cause.version
            for cause in case.causes
            if cause.version <= through and (cause.version == 1 or cause.at <= command.happened_at)
        ),
        default=0,
    )


def _flagged_since(case: Case, at: Instant) -> bool:
    """Whether a flag came that the author of a command may not have known; the first one made the case's id."""
    return any(flag.received_at > at for flag in case.referral.flags[1:])
