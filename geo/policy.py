"""Who needs whose approval: a setting per role and table, read into a rule that can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geo.errors import SettingError
from geo.schema import TABLES

# From the least to the most: a role may approve what needs it or a lesser one.
ROLES = ("public", "reporter", "steward", "city", "admin")
EVERY_TABLE = "*"
SYSTEM_LOGIN = "system"  # of the command line; not a login that an account can have


@dataclass(frozen=True)
class Policy:
    """For (role, table) the role that must approve; nothing is held where nothing is said."""

    needs: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def approver(self, role: str, table: str) -> str | None:
        """Return the role that must approve what `role` hands in for `table`; None for nobody."""
        return self.needs.get((role, table)) or self.needs.get((role, EVERY_TABLE))


NO_REVIEW = Policy()


def at_least(role: str, needed: str) -> bool:
    """Say whether `role` is `needed` or stands above it."""
    return ROLES.index(role) >= ROLES.index(needed)


def read_policy(text: str) -> Policy:
    """
    Read a policy such as ``reporter:*=steward,steward:venues=city``.

    Raises
    ------
    SettingError
        If a part is not of this form, names no role or table, or its approver does not
        stand above.
    """
    needs = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        who, _, approver = part.partition("=")
        role, _, table = who.partition(":")
        known = role in ROLES and approver in ROLES and (table == EVERY_TABLE or table in TABLES)
        if not known or at_least(role, approver):
            reason = "应为 角色:表=审核者，审核者的级别要更高，如 steward:venues=city"
            raise SettingError("bad_setting", name="XINGHUO_REVIEW", value=part, reason=reason)
        needs[role, table] = approver
    return Policy(needs)
