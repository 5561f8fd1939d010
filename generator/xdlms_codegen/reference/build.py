"""The files of the reference: an index, a page for every APDU, the shared types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from xdlms_codegen.examples.maker import Maker
from xdlms_codegen.examples.reading import ReadingError, read_alone, read_apdu
from xdlms_codegen.examples.values import Reading
from xdlms_codegen.job import Job, Source
from xdlms_codegen.lower.context import Context
from xdlms_codegen.model import Problem, SchemaError, TypeDefinition
from xdlms_codegen.reference.apdus import Apdu, apdus, key_of
from xdlms_codegen.reference.curated import Curated, read_curated
from xdlms_codegen.reference.examples import Shown, show
from xdlms_codegen.reference.history import history
from xdlms_codegen.reference.pages import INDEX, TYPES, Pages
from xdlms_codegen.reference.sections import Section, Sections, escaped, hex_tags, split_comment
from xdlms_codegen.reference.sources import Texts
from xdlms_codegen.templating import environment, generated_header


def reference_files(
    job: Job,
    context: Context,
    earlier: Sequence[tuple[str, Context]] = (),
    *,
    examples: Source | None = None,
    package: str = "",
    warn: Callable[[Problem], None] | None = None,
) -> dict[str, str]:
    """The pages by the names of their files, for a job and its context.

    `earlier` are the names and contexts of older editions, oldest first, for what they lack; `examples` is
    the file of curated examples; `package` is what programs import the classes from, by default the package
    of the job. An example that the schema does not read (any more) goes to `warn`, and one that is made stands
    in its place. Raises SchemaError for examples that are none; without `warn`, for those too.
    """
    return _Reference(context, job, earlier, examples, package or job.package, warn).files()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the index."""

    tags: str
    name: str
    link: str
    text: str


class _Reference:
    """One making of all pages."""

    def __init__(
        self,
        context: Context,
        job: Job,
        earlier: Sequence[tuple[str, Context]],
        examples: Source | None,
        package: str,
        warn: Callable[[Problem], None] | None,
    ) -> None:
        self.context = context
        self.job = job
        self.package = package
        self.warn = warn
        self.texts = Texts(source for link in job.chain() for source in link.sources)
        self.pages = Pages(context)
        self.apdus = tuple(apdus(context))
        self.history = history(context, earlier)
        self.maker = Maker(context)
        self.examples = self._examples(examples)
        self.templates = environment("docs", {})

    def files(self) -> dict[str, str]:
        """All pages; the index first."""
        files = {f"{INDEX}.md": self._index()}
        for page in self.pages.pages:
            files[page.file] = self._page(page.file, page.names)
        if self.pages.shared:
            files[f"{TYPES}.md"] = self._types()
        return files

    # Examples

    def _examples(self, source: Source | None) -> dict[str, tuple[Shown, ...]]:
        """The examples by the definition in whose section they stand."""
        curated: dict[str, tuple[Curated, ...]] = {}
        if source is not None:
            curated = read_curated(source.path.read_text("utf-8"), source.name)
        known = {apdu.key: apdu for apdu in self.apdus}
        problems: list[Problem] = []
        found: dict[str, list[Shown]] = {}
        for name, entries in curated.items():
            owner = known[name].type or known[name].choice if name in known else name
            for entry in entries:
                try:
                    reading = self._read(name, entry.octets, known)
                except ReadingError as error:
                    problems.append(Problem(entry.location, f"the example of {name}: {error}"))
                    continue
                found.setdefault(owner, []).append(self._shown(reading, entry.octets, entry.title, name in known))
        self._tell(problems)
        for apdu in self.apdus:
            owner = apdu.type or apdu.choice
            if owner not in found and (example := self._made(apdu)) is not None:
                found[owner] = [example]
        for name in curated:
            if name not in found and name not in known and (example := self._made_alone(name)) is not None:
                found[name] = [example]
        return {name: tuple(entries) for name, entries in found.items()}

    def _tell(self, problems: list[Problem]) -> None:
        """Warn of examples that the schema does not read, or refuse them."""
        if self.warn is None and problems:
            raise SchemaError(problems)
        for problem in problems:
            if self.warn is not None:
                self.warn(problem)

    def _read(self, name: str, octets: bytes, known: Mapping[str, Apdu]) -> Reading:
        if name not in known:
            if name not in self.context.definitions:
                raise ReadingError("the schema has no such type")
            return read_alone(self.context, name, octets)
        reading = read_apdu(self.context, octets)
        key = key_of(self.context, reading.value)
        if key != name:
            raise ReadingError(f"the octets are those of {key}")
        return reading

    def _made(self, apdu: Apdu) -> Shown | None:
        """The smallest APDU of its kind."""
        contents = self.maker.with_member(apdu.choice, apdu.member.name)
        octets = None if contents is None else self.maker.apdu(apdu.choice, contents)
        return None if octets is None else self._shown(read_apdu(self.context, octets), octets, "", is_apdu=True)

    def _made_alone(self, name: str) -> Shown | None:
        """The smallest value of a definition that is no APDU; None where there is no such definition."""
        contents = self.maker.smallest(name)
        if contents is None:
            return None
        octets = self.maker.alone(name, contents)
        return self._shown(read_alone(self.context, name, octets), octets, "", is_apdu=False)

    def _shown(self, reading: Reading, octets: bytes, title: str, is_apdu: bool) -> Shown:
        variable = "apdu" if is_apdu else "value"
        return show(self.context, reading, octets, title=escaped(title), package=self.package, variable=variable)

    # Pages

    def _sections(self, file: str, names: Sequence[str]) -> list[Section]:
        sections = Sections(self.pages, file, self.history, self.apdus, self.examples)
        return [sections.of(name) for name in names]

    def _page(self, file: str, names: Sequence[str]) -> str:
        first, *rest = self._sections(file, names)
        # What people never write alone is shown by the notation of what it stands in.
        written = [definition for definition in self._definitions(names) if definition.inline_of is None]
        notation = [self.texts.notation(definition.location) for definition in written]
        return self._render("page.md.jinja", first=first, rest=rest, notation=notation)

    def _types(self) -> str:
        definitions = self._definitions(self.pages.shared)
        groups: dict[str, list[str]] = {}
        for definition in definitions:
            groups.setdefault(self.texts.section(definition.location), []).append(definition.name)
        made = [(title, self._sections(f"{TYPES}.md", names)) for title, names in groups.items()]
        notation = [self.texts.notation(d.location) for d in definitions if d.inline_of is None]
        return self._render("types.md.jinja", groups=made, notation=notation)

    def _definitions(self, names: Sequence[str]) -> list[TypeDefinition]:
        """The definitions in the order of the text."""
        found = [self.context.definitions[name] for name in names]
        return sorted(found, key=lambda definition: self.texts.order(definition.location))

    def _index(self) -> str:
        tagged = sorted(self._entries(), key=lambda entry: entry.tags)
        names = sorted(self.pages.files, key=lambda name: self.pages.title(name).lower())
        return self._render(
            "index.md.jinja",
            services=self._services(),
            by_tag=tagged,
            types=[self.pages.link(name, "") for name in names if self.context.definitions[name].inline_of is None],
            edition=self.job.edition,
        )

    def _services(self) -> list[tuple[str, list[Entry]]]:
        """The pages of APDUs by the section of the module that their types stand in."""
        groups: dict[str, list[Entry]] = {}
        seen: set[str] = set()
        definitions = self._definitions([page.names[0] for page in self.pages.pages])
        heads = {name for apdu in self.apdus for name in (apdu.type, apdu.choice) if name is not None}
        for definition in definitions:
            if definition.name in heads and definition.name not in seen:
                seen.add(definition.name)
                text = split_comment(definition.comment)[0].split("\n")[0]
                entry = Entry("", definition.name, self.pages.link(definition.name, ""), text)
                groups.setdefault(self.texts.section(definition.location), []).append(entry)
        return list(groups.items())

    def _entries(self) -> Iterator[Entry]:
        """What first octets choose: a type of its own, or an alternative of a root; nothing below that."""
        told: set[str] = set()
        for apdu in self.apdus:
            is_root = apdu.choice in self.context.binding.roots
            if apdu.type is None and not is_root:
                if apdu.choice not in told:
                    told.add(apdu.choice)
                    comment = self.context.definitions[apdu.choice].comment.split("\n")[0]
                    tags = self.context.tag_paths[apdu.choice]
                    link = self.pages.link(apdu.choice, "")
                    yield Entry(hex_tags(tags), self._name_of(apdu.choice), link, escaped(comment))
                continue
            comment = escaped(" ".join(apdu.member.comment.split()))
            note = self.history.note(f"{apdu.choice}.{apdu.member.name}")
            text = " ".join(filter(None, [comment, note]))
            link = self.pages.link(apdu.type or apdu.choice, "")
            yield Entry(hex_tags(apdu.tags), apdu.member.name, link, text)

    def _name_of(self, choice: str) -> str:
        """The name of the alternative whose type a CHOICE is."""
        return next(
            alternative.member.name
            for alternatives in self.context.alternatives.values()
            for alternative in alternatives
            if alternative.nested == choice
        )

    def _render(self, template: str, **values: object) -> str:
        return self.templates.get_template(template).render(values, header=generated_header(self.job))
