//! XMP packets. In: the bytes of one packet. Out: field values and problems.
//!
//! Names are matched by namespace URI, whatever their prefix; values may be attributes, text, lists, language
//! alternatives or structured. Entities of a document type are never expanded.

use std::borrow::Cow;
use std::collections::HashSet;

use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, QName, ResolveResult};

use super::Limits;
use super::metadata::iso_date;
use super::xml_text::{decoded, unescaped, unescaped_reference};
use crate::model::{Carrier, Field, FieldValue, Problem, Reason};

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns";
const NOTE: &str = "http://ns.adobe.com/xmp/note";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const DC: &str = "http://purl.org/dc/elements/1.1";
const PHOTOSHOP: &str = "http://ns.adobe.com/photoshop/1.0";
const IPTC_EXT: &str = "http://iptc.org/std/Iptc4xmpExt/2008-02-29";

const FIELDS: [(&str, &str, Field); 13] = [
    (DC, "creator", Field::Creator),
    (DC, "description", Field::Description),
    (DC, "rights", Field::CopyrightNotice),
    (PHOTOSHOP, "Credit", Field::CreditLine),
    (PHOTOSHOP, "Source", Field::Source),
    (PHOTOSHOP, "Headline", Field::Headline),
    (PHOTOSHOP, "DateCreated", Field::DateCreated),
    (PHOTOSHOP, "City", Field::City),
    (PHOTOSHOP, "Country", Field::Country),
    (PHOTOSHOP, "Instructions", Field::Instructions),
    (PHOTOSHOP, "CaptionWriter", Field::CaptionWriter),
    (PHOTOSHOP, "TransmissionReference", Field::JobId),
    (IPTC_EXT, "DigitalSourceType", Field::DigitalSourceType),
];

/// Prefixes that programs use without declaring them.
const USUAL: [(&str, &str); 5] = [
    ("rdf", RDF),
    ("dc", DC),
    ("photoshop", PHOTOSHOP),
    ("Iptc4xmpExt", IPTC_EXT),
    ("xmpNote", NOTE),
];

/// What a packet says of its photo.
#[derive(Debug, Default)]
pub(super) struct Packet {
    pub values: Vec<(Field, FieldValue)>,
    pub problems: Vec<Problem>,
    /// The identifier of the extended packet that belongs to this one.
    pub extended: Option<String>,
}

/// Read one packet.
pub(super) fn read(packet: &[u8], carrier: Carrier, limits: &Limits) -> Packet {
    let text = decoded(packet);
    let Some(start) = text.find('<') else {
        return Packet::default();
    };
    let mut walk = Walk {
        carrier,
        limits,
        stack: Vec::new(),
        packet: Packet::default(),
        records: 0,
    };
    let text = text.get(start..).unwrap_or_default();
    if let Err(problem) = walk.run(text.trim_end_matches(['\0', ' ', '\n', '\r', '\t'])) {
        walk.packet.problems.push(problem);
    }
    once_per_language(&mut walk.packet.values);
    walk.packet
}

/// A language alternative that repeats the default word for word adds nothing.
fn once_per_language(values: &mut Vec<(Field, FieldValue)>) {
    let plain: HashSet<(Field, String)> = values
        .iter()
        .filter(|(_, v)| v.lang.is_none())
        .map(|(field, v)| (*field, v.value.clone()))
        .collect();
    values.retain(|(field, v)| v.lang.is_none() || !plain.contains(&(*field, v.value.clone())));
}

/// Where in the structure of RDF an element stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Outside,
    Rdf,
    Node,
    /// Collects text.
    Property,
    List,
    /// Collects text.
    Item,
    /// A structure in the place of a value: only its `rdf:value` counts.
    Structure,
    /// Collects text.
    Value,
    /// Extended packet's identifier; collects text.
    Note,
    Other,
}

struct Frame {
    role: Role,
    field: Option<Field>,
    lang: Option<String>,
    text: String,
}

struct Walk<'l> {
    carrier: Carrier,
    limits: &'l Limits,
    stack: Vec<Frame>,
    packet: Packet,
    records: usize,
}

impl Walk<'_> {
    fn run(&mut self, text: &str) -> Result<(), Problem> {
        let mut reader = NsReader::from_str(text);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = true;
        config.check_end_names = false;
        reader.resolver_mut().set_max_namespace_bindings(4096);
        loop {
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    self.close_all();
                    return Err(Problem::new(
                        Reason::Damaged,
                        format!("cannot read all XMP: {error}"),
                    ));
                }
            };
            match event {
                Event::Start(start) => self.open(&reader, &start)?,
                Event::Empty(start) => {
                    self.open(&reader, &start)?;
                    self.close();
                }
                Event::End(_) => self.close(),
                Event::Text(text) => self.text(&text.xml10_content()),
                Event::CData(text) => self.text(&text.xml10_content()),
                Event::GeneralRef(name) => self.text(&unescaped_reference(&name)),
                Event::Eof => {
                    if !self.stack.is_empty() {
                        self.close_all();
                        return Err(Problem::new(
                            Reason::Damaged,
                            "cannot read all XMP: it breaks off",
                        ));
                    }
                    return Ok(());
                }
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) => {}
            }
        }
    }

    fn count(&mut self) -> Result<(), Problem> {
        self.records += 1;
        if self.records > self.limits.records || self.packet.values.len() > self.limits.records {
            return Err(Problem::new(
                Reason::MaxRecords,
                format!(
                    "cannot read all XMP: it has more than {} properties",
                    self.limits.records
                ),
            ));
        }
        Ok(())
    }

    fn open(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<(), Problem> {
        self.count()?;
        if self.stack.len() >= self.limits.nesting {
            return Err(Problem::new(
                Reason::MaxDepth,
                format!(
                    "cannot read all XMP: it nests deeper than {} elements",
                    self.limits.nesting
                ),
            ));
        }
        let parent = self.stack.last();
        let parent_role = parent.map_or(Role::Outside, |frame| frame.role);
        let inherited = parent.and_then(|frame| frame.field);
        let parent_lang = parent.and_then(|frame| frame.lang.clone());
        let (space, local) = named(reader, start.name(), true);
        let rdf = space == RDF;
        let (role, field) = match parent_role {
            Role::Outside if rdf && local == "RDF" => (Role::Rdf, None),
            Role::Outside => (Role::Outside, None),
            Role::Rdf => (Role::Node, None),
            Role::Node if space == NOTE && local == "HasExtendedXMP" => (Role::Note, None),
            Role::Node => match field_of(&space, &local) {
                Some(field) => (Role::Property, Some(field)),
                None => (Role::Other, None),
            },
            Role::Property | Role::Item if rdf && matches!(&*local, "Alt" | "Seq" | "Bag") => {
                (Role::List, inherited)
            }
            Role::Property | Role::Item if rdf && local == "Description" => {
                (Role::Structure, inherited)
            }
            Role::Property | Role::Item | Role::Structure if rdf && local == "value" => {
                (Role::Value, inherited)
            }
            Role::List if rdf && (local == "li" || local.starts_with('_')) => {
                (Role::Item, inherited)
            }
            _ => (Role::Other, None),
        };
        let mut frame = Frame {
            role,
            field,
            lang: parent_lang.filter(|_| field.is_some()),
            text: String::new(),
        };
        if !matches!(role, Role::Other | Role::Outside | Role::Rdf) {
            self.attributes(reader, start, &mut frame)?;
        }
        self.stack.push(frame);
        Ok(())
    }

    /// Attributes are properties of a node, and language, value or reference of what stands below it.
    fn attributes(
        &mut self,
        reader: &NsReader<&[u8]>,
        start: &BytesStart<'_>,
        frame: &mut Frame,
    ) -> Result<(), Problem> {
        for attribute in start.attributes().with_checks(false) {
            self.count()?;
            let Ok(attribute) = attribute else {
                self.packet.problems.push(Problem::new(
                    Reason::Damaged,
                    "cannot read all XMP: an attribute is malformed",
                ));
                return Ok(());
            };
            let (space, local) = named(reader, attribute.key, false);
            match (frame.role, &*space, &*local) {
                (_, XML, "lang") => frame.lang = Some(unescaped(&attribute.value)),
                (Role::Node, NOTE, "HasExtendedXMP") => {
                    self.packet.extended = Some(unescaped(&attribute.value));
                }
                (Role::Node, ..) => {
                    if let Some(field) = field_of(&space, &local) {
                        self.value(field, None, &unescaped(&attribute.value));
                    }
                }
                (Role::Property | Role::Item, RDF, "resource")
                | (Role::Property | Role::Item | Role::Structure, RDF, "value") => {
                    if let Some(field) = frame.field {
                        let value = unescaped(&attribute.value);
                        self.value(field, frame.lang.clone(), &value);
                    }
                }
                (Role::Property | Role::Item, RDF, "parseType")
                    if attribute.value == "Resource" =>
                {
                    frame.role = Role::Structure;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(frame) = self.stack.last_mut()
            && matches!(
                frame.role,
                Role::Property | Role::Item | Role::Value | Role::Note
            )
        {
            frame.text.push_str(text);
        }
    }

    fn close(&mut self) {
        let Some(frame) = self.stack.pop() else {
            return;
        };
        match frame.role {
            Role::Note => self.packet.extended = Some(frame.text.trim().to_owned()),
            Role::Property | Role::Item | Role::Value => {
                if let Some(field) = frame.field {
                    self.value(field, frame.lang, &frame.text);
                }
            }
            _ => {}
        }
    }

    fn close_all(&mut self) {
        while !self.stack.is_empty() {
            self.close();
        }
    }

    fn value(&mut self, field: Field, lang: Option<String>, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let value = if field == Field::DateCreated {
            date(text)
        } else {
            text.to_owned()
        };
        self.packet.values.push((
            field,
            FieldValue {
                carrier: self.carrier,
                value,
                lang: lang.filter(|l| !l.eq_ignore_ascii_case("x-default") && !l.is_empty()),
                cut: false,
                guessed_charset: None,
            },
        ));
    }
}

/// XMP dates are ISO 8601 already; programs that copied EXIF's form are brought to it.
fn date(text: &str) -> String {
    let copied = text.as_bytes().get(4) == Some(&b':');
    copied
        .then(|| iso_date(text))
        .flatten()
        .unwrap_or_else(|| text.to_owned())
}

fn field_of(space: &str, local: &str) -> Option<Field> {
    FIELDS
        .iter()
        .find(|(s, l, _)| *s == space && l.eq_ignore_ascii_case(local))
        .map(|(.., field)| *field)
}

/// The namespace URI, without its last `/` or `#`, and the local part of a name.
fn named<'n>(reader: &NsReader<&[u8]>, name: QName<'n>, element: bool) -> (String, Cow<'n, str>) {
    let resolver = reader.resolver();
    let (space, local) = if element {
        resolver.resolve_element(name)
    } else {
        resolver.resolve_attribute(name)
    };
    let space = match space {
        ResolveResult::Bound(Namespace(uri)) => uri.trim().trim_end_matches(['/', '#']).to_owned(),
        ResolveResult::Unknown(prefix) => USUAL
            .iter()
            .find(|(usual, _)| *usual == prefix)
            .map_or(prefix, |(_, uri)| (*uri).to_owned()),
        ResolveResult::Unbound => String::new(),
    };
    (space, Cow::Borrowed(local.into_inner()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(body: &str) -> String {
        format!(
            "<?xpacket begin='\u{feff}' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>\
             <r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:d='http://purl.org/dc/elements/1.1/' \
             xmlns:p='http://ns.adobe.com/photoshop/1.0/' xmlns:e='http://iptc.org/std/Iptc4xmpExt/2008-02-29/'>\
             {body}</r:RDF></x:xmpmeta><?xpacket end='w'?>"
        )
    }

    fn reading(body: &str) -> Packet {
        read(packet(body).as_bytes(), Carrier::Xmp, &Limits::default())
    }

    fn values(body: &str) -> Vec<(Field, String, Option<String>)> {
        let packet = reading(body);
        assert!(packet.problems.is_empty(), "{:?}", packet.problems);
        packet
            .values
            .into_iter()
            .map(|(f, v)| (f, v.value, v.lang))
            .collect()
    }

    fn one(field: Field, text: &str) -> Vec<(Field, String, Option<String>)> {
        vec![(field, text.to_owned(), None)]
    }

    #[test]
    fn attributes_and_elements_mean_the_same_under_any_prefix() {
        assert_eq!(
            values("<r:Description p:Credit='KCNA via &amp; AFP'/>"),
            one(Field::CreditLine, "KCNA via & AFP")
        );
        assert_eq!(
            values("<r:Description><p:Credit>KCNA via &amp; A&#70;P</p:Credit></r:Description>"),
            one(Field::CreditLine, "KCNA via & AFP")
        );
        assert_eq!(
            values("<r:Description><p:Credit><![CDATA[A & B]]></p:Credit></r:Description>"),
            one(Field::CreditLine, "A & B")
        );
    }

    #[test]
    fn lists_keep_their_order_and_alternatives_their_languages() {
        let creators = values(
            "<r:Description><d:creator><r:Seq><r:li>A</r:li><r:li>B</r:li></r:Seq></d:creator></r:Description>",
        );
        assert_eq!(
            creators.iter().map(|v| v.1.as_str()).collect::<Vec<_>>(),
            ["A", "B"]
        );
        let texts = values(
            "<r:Description><d:description><r:Alt><r:li xml:lang='x-default'>one</r:li>\
             <r:li xml:lang='id'>satu</r:li><r:li xml:lang='en'>one</r:li></r:Alt></d:description></r:Description>",
        );
        assert_eq!(
            texts,
            [
                (Field::Description, "one".to_owned(), None),
                (Field::Description, "satu".to_owned(), Some("id".to_owned())),
            ]
        );
    }

    #[test]
    fn a_structured_value_gives_its_value_and_not_its_qualifiers() {
        for body in [
            "<r:Description><p:Source r:parseType='Resource'><r:value>AP</r:value><p:City>no</p:City></p:Source></r:Description>",
            "<r:Description><p:Source><r:Description><r:value>AP</r:value><p:City>no</p:City></r:Description></p:Source></r:Description>",
            "<r:Description><p:Source><r:Description r:value='AP' p:City='no'/></p:Source></r:Description>",
        ] {
            assert_eq!(values(body), one(Field::Source, "AP"), "{body}");
        }
        assert_eq!(
            values(
                "<r:Description><e:DigitalSourceType r:resource='http://cv.iptc.org/x'/></r:Description>"
            ),
            one(Field::DigitalSourceType, "http://cv.iptc.org/x")
        );
    }

    #[test]
    fn a_field_inside_another_property_is_not_the_photo_s() {
        assert_eq!(
            values(
                "<r:Description><e:Parent r:parseType='Resource'><p:Credit>other</p:Credit></e:Parent></r:Description>"
            ),
            []
        );
    }

    #[test]
    fn other_unicode_forms_are_read() {
        let text = packet("<r:Description p:City='Köln'/>");
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let utf32: Vec<u8> = text
            .chars()
            .flat_map(|c| (c as u32).to_le_bytes())
            .collect();
        for bytes in [utf16, utf32, text.into_bytes()] {
            let packet = read(&bytes, Carrier::Xmp, &Limits::default());
            assert_eq!(packet.values[0].1.value, "Köln");
        }
    }

    #[test]
    fn entities_of_a_document_type_are_not_expanded() {
        let text = format!(
            "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>{}",
            packet("<r:Description><p:City>&b;</p:City></r:Description>")
        );
        let packet = read(text.as_bytes(), Carrier::Xmp, &Limits::default());
        assert_eq!(packet.values[0].1.value, "&b;");
    }

    #[test]
    fn depth_and_number_have_limits_and_damage_keeps_what_was_read() {
        let deep = "<a>".repeat(100);
        assert_eq!(reading(&deep).problems[0].reason, Reason::MaxDepth);
        let limits = Limits {
            records: 10,
            ..Limits::default()
        };
        let many = packet(&"<r:Description/>".repeat(20));
        assert_eq!(
            read(many.as_bytes(), Carrier::Xmp, &limits).problems[0].reason,
            Reason::MaxRecords
        );
        let whole = packet("<r:Description><p:City>Seoul</p:City></r:Description>");
        let cut = whole.find("</p:City>").unwrap();
        let cut = read(&whole.as_bytes()[..cut], Carrier::Xmp, &Limits::default());
        assert_eq!(cut.values[0].1.value, "Seoul");
        assert_eq!(cut.problems[0].reason, Reason::Damaged);
    }

    #[test]
    fn the_identifier_of_an_extended_packet_is_found() {
        let attribute =
            "<r:Description xmlns:n='http://ns.adobe.com/xmp/note/' n:HasExtendedXMP='0123'/>";
        let element = "<r:Description xmlns:n='http://ns.adobe.com/xmp/note/'><n:HasExtendedXMP>0123</n:HasExtendedXMP></r:Description>";
        for body in [attribute, element] {
            assert_eq!(reading(body).extended.as_deref(), Some("0123"));
        }
    }
}
