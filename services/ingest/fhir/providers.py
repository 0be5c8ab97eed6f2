"""Who took part: practitioners by participant type and care team, the facility, who bills."""

from typing import Final, NamedTuple

from services.contracts.encounter import Address, Provider, ProviderRole, VisitClass
from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.concepts import codes, from_system, identifier, vocabulary
from services.ingest.fhir.desk import Case, Desk
from services.ingest.fhir.node import Log, Node
from services.ingest.fhir.people import address

NPI: Final = ("http://hl7.org/fhir/sid/us-npi", "urn:oid:2.16.840.1.113883.4.6")
NUCC: Final = ("http://nucc.org/provider-taxonomy", "urn:oid:2.16.840.1.113883.6.101")
EIN: Final = ("urn:oid:2.16.840.1.113883.4.4",)
_WITH_ATTENDING: Final = (VisitClass.INPATIENT, VisitClass.EMERGENCY, VisitClass.OBSERVATION)
_ORDER: Final = {role: position for position, role in enumerate(ProviderRole)}


class Actor(NamedTuple):
    """Somebody who acts, without a role."""

    npi: str = ""
    taxonomy: str = ""
    family: str = ""
    given: str = ""
    tax_id: str = ""
    address: Address = Address()
    phone: str = ""

    def provider(self, role: ProviderRole) -> Provider:
        """The actor in a role."""
        return Provider(role=role, **self._asdict())


def read_providers(case: Case) -> tuple[Provider, ...]:
    """Everyone who took part, by role; who bills is the site's, and a facility without an NPI too."""
    site = case.desk.site
    found = _participants(case) | _care_team(case) | _facility(case)
    if case.visit_class in _WITH_ATTENDING and not any(role is ProviderRole.ATTENDING for role, _ in found):
        found |= {(ProviderRole.ATTENDING, actor) for role, actor in found if role is ProviderRole.RENDERING}
    providers = [actor.provider(role) for role, actor in found]
    providers.append(Provider(role=ProviderRole.BILLING, **site.billing.as_actor()))
    return tuple(sorted(providers, key=lambda p: (_ORDER[p.role], p.npi, p.family, p.given)))


def _participants(case: Case) -> set[tuple[ProviderRole, Actor]]:
    """Encounter.participant; somebody alone and without a type is who rendered the service."""
    found = set()
    listed = case.node.nodes("participant")
    for node in listed:
        stated = [code for concept in node.nodes("type") for code in codes(concept)]
        roles = [vocabulary()["provider_role"].get(code) for code in stated]
        if not stated and len(listed) == 1:
            roles = [ProviderRole.RENDERING]
        actor = actor_of(case, case.resource, node, "individual") if any(roles) else None
        if actor is not None:
            found |= {(ProviderRole(role), actor) for role in roles if role}
    return found


def _care_team(case: Case) -> set[tuple[ProviderRole, Actor]]:
    """Claim.careTeam of the encounter's claims; and who asked for it, where a referral is named."""
    found = set()
    for part in case.claims:
        claim = part.claim.open(case.log)
        for member in claim.nodes("careTeam"):
            roles = [vocabulary()["provider_role"].get(code) for code in codes(member.node("role"))]
            actor = actor_of(case, part.claim, member, "provider") if any(roles) else None
            if actor is not None:
                found |= {(ProviderRole(role), actor) for role in roles if role}
        referral = case.desk.index.resolve(part.claim, claim.data.get("referral"))
        if referral is not None and referral.kind == "ServiceRequest":
            actor = actor_of(case, referral, referral.open(case.log), "requester")
            if actor is not None:
                found.add((ProviderRole.REFERRING, actor))
    return found


def _facility(case: Case) -> set[tuple[ProviderRole, Actor]]:
    """The organisation that provided the visit where it has an NPI of its own, else the site's facility."""
    actor = actor_of(case, case.resource, case.node, "serviceProvider")
    if actor is not None and actor.npi and not case.desk.site.is_test_npi(actor.npi):
        return {(ProviderRole.FACILITY, actor)}
    facility = case.desk.site.facility
    if facility is not None:
        return {(ProviderRole.FACILITY, Actor(**facility.as_actor()))}
    return {(ProviderRole.FACILITY, actor)} if actor is not None else set()


def actor_of(case: Case, origin: Resource, owner: Node, name: str) -> Actor | None:
    """Whom a Reference means; a test practitioner is billed as the site says."""
    reference = owner.node(name)
    if reference is None:
        return None
    resource = case.desk.index.target(origin, reference)
    if resource is not None:
        actor = case.desk.once("actor", resource, case.log, lambda r, log: _read_actor(case.desk, r, log))
    else:
        actor = _by_identifier(case.desk, reference)
    return actor


def npi_of(case: Case, origin: Resource, owner: Node | None, name: str) -> str:
    """The NPI of whom a Reference means, else nothing."""
    actor = actor_of(case, origin, owner, name) if owner is not None else None
    return actor.npi if actor is not None else ""


def _by_identifier(desk: Desk, reference: Node) -> Actor | None:
    """A reference that leaves the bundle may still carry the NPI or a name."""
    named = reference.node("identifier")
    npi = named.text("value") if named is not None and named.text("system") in NPI else ""
    actor = Actor(npi=npi, family=reference.text("display"), taxonomy=desk.site.usual_taxonomy)
    return _billed_as(desk, actor) if npi or actor.family else None


def _read_actor(desk: Desk, resource: Resource, log: Log) -> Actor | None:
    if resource.kind == "PractitionerRole":
        node = resource.open(log)
        practitioner = desk.index.follow(resource, node, "practitioner")
        if practitioner is None:
            return _by_identifier(desk, reference) if (reference := node.node("practitioner")) else None
        actor = _read_actor(desk, practitioner, log)
        taxonomy = _role_taxonomy(node)
        return actor._replace(taxonomy=taxonomy) if actor and taxonomy else actor
    if resource.kind == "Practitioner":
        return _billed_as(desk, _practitioner(desk, resource, log))
    if resource.kind == "Organization":
        return _organization(resource, log)
    return None


def _billed_as(desk: Desk, actor: Actor) -> Actor:
    rule = desk.site.test_npis
    return (
        Actor(**rule.bill_as.as_actor()) if rule is not None and desk.site.is_test_npi(actor.npi) else actor
    )


def _practitioner(desk: Desk, resource: Resource, log: Log) -> Actor:
    node = resource.open(log)
    name = node.first("name")
    given = name.texts("given") if name else []
    qualified = (from_system(each.node("code"), *NUCC) for each in node.nodes("qualification"))
    roles = (_role_taxonomy(role.open(log)) for role in desk.links.roles.get(resource.id, ()))
    taxonomy = next(filter(None, (*qualified, *roles)), "") or desk.site.usual_taxonomy
    return Actor(
        npi=identifier(node, *NPI),
        taxonomy=taxonomy,
        family=name.text("family") if name else "",
        given=given[0] if given else "",
    )


def _role_taxonomy(role: Node) -> str:
    found = (from_system(concept, *NUCC) for name in ("specialty", "code") for concept in role.nodes(name))
    return next(filter(None, found), "")


def _organization(resource: Resource, log: Log) -> Actor:
    node = resource.open(log)
    phones = [each.text("value") for each in node.nodes("telecom") if each.text("system") == "phone"]
    return Actor(
        npi=identifier(node, *NPI),
        family=node.text("name"),
        tax_id=identifier(node, *EIN),
        address=address(node.first("address")),
        phone="".join(filter(str.isdigit, phones[0])) if phones else "",
    )
