"""Names of enterprises and projects in parts, as ASSESS reads them and the event store keeps them. Persons are never among them."""

from typing import NamedTuple

import msgspec


class EnterpriseName(NamedTuple):
    """An enterprise's name in parts.

    Attributes:
        text: the normal form it was read from.
        places: region codes, without trailing zeros; several where the word is ambiguous, none where the name has no region.
        brand: 字号; empty when the name has none.
        trade: words for what it does, empty when unsaid.
        form: canonical form of organisation, empty when unsaid.
        registered: whether form and brand are written in full, as in the register.
        group: whether it is called 集团.
        branch: what names the branch of a parent, empty for the parent itself.
        former: brand and trade of other names given in brackets (原名…, 简称…).
        lead: region words in short form before the brand, which may belong to it: 金昌 in 金昌建材.
    """

    text: str
    places: tuple[str, ...]
    brand: str
    trade: str
    form: str
    registered: bool
    group: bool
    branch: str
    former: tuple[str, ...] = ()
    lead: str = ""

    @property
    def core(self) -> str:
        """Brand and trade, by which people know an enterprise."""
        return self.brand + self.trade

    @property
    def cores(self) -> tuple[str, ...]:
        """The core, and where a short region word may belong to the brand the core with it."""
        return (self.core, self.lead + self.core) if self.lead else (self.core,)


class ProjectName(NamedTuple):
    """A building project's name in parts.

    Attributes:
        text: the normal form it was read from.
        places: region codes of region words in it, none where it has none.
        base: the development's own name, without region, phase, part and kind (小区, 项目).
        phases: phases as plain numbers; empty when unsaid.
        part: area or lot; building: number of a building; both empty when unsaid.
        aliases: bases of its other names, as far as the name tells them.
        lead: a short region word before the base, which may belong to it: 滨江 in 滨江学府.
    """

    text: str
    places: tuple[str, ...]
    base: str
    phases: tuple[str, ...]
    part: str
    building: str
    aliases: tuple[str, ...] = ()
    lead: str = ""

    @property
    def bases(self) -> tuple[str, ...]:
        """Every name of the development, its own first."""
        own = (self.base, self.lead + self.base) if self.lead else (self.base,)
        return tuple(dict.fromkeys(own + self.aliases))


class Naming(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an event says of the enterprise and project it is about: read by ASSESS, forgotten once WATCH has decided whom it means.

    Attributes:
        enterprise: of the responding enterprise's name; None where no field has one.
        project: of the project's name; None where no field has one.
        in_full: enterprises that the text names as the register does, where no field has one.
        quoted: projects that the text puts between quotation marks, where no field has one.
        others: brands of enterprises on the other side, which the event is not about.
        keys: keys under which these names are to be looked up.
        mentioned: keys of what the text may mention, where a field says nothing.
    """

    enterprise: EnterpriseName | None = None
    project: ProjectName | None = None
    in_full: tuple[EnterpriseName, ...] = ()
    quoted: tuple[ProjectName, ...] = ()
    others: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()
