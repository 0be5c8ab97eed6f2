"""What the site says to the coder: switches (`coder: {switches: ...}` of site.yaml) and the place of
virtual visits.

The file as a whole is checked by the service that owns it (ingest); here only the coder's own part is.
"""

from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from services.coder.errors import SwitchError
from services.coder.switches import DEFAULTS, Switches, switches_of

_FILE: Final = "site.yaml"


class SiteRules(NamedTuple):
    """The coder's part of a site. `virtual_place`: CMS place of service of a virtual visit, empty if not
    stated.
    """

    switches: Switches = DEFAULTS
    virtual_place: str = ""


NO_SITE: Final = SiteRules()
"""The coder without a site."""


def site_rules(folder: Path) -> SiteRules:
    """The coder's part of the site in a folder; the defaults where it says nothing.

    Raises:
        SwitchError: the coder's part is not as it must be; names the file and what is wrong.
    """
    file = folder / _FILE
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return NO_SITE  # ingest, which cannot work without the file, says what is wrong with it
    named = _part(_part(raw, "coder"), "switches")
    try:
        switches = switches_of(named)
    except SwitchError as error:
        raise SwitchError(f"{_FILE}, coder.switches: {error}") from error
    places = _part(_part(raw, "place_of_service"), "by_class")
    return SiteRules(switches, str(places.get("virtual", "")))


def _part(raw: object, name: str) -> dict[str, Any]:
    """A mapping inside a mapping; empty where there is none."""
    found = raw.get(name) if isinstance(raw, dict) else None
    return found if isinstance(found, dict) else {}
