use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::world::{World, project};

/// cutline's field, its carrier, and the name under which `exiftool -G1` has the same value.
const SAME: [(&str, &str, &str); 28] = [
    ("creator", "xmp", "XMP-dc:Creator"),
    ("creator", "iim", "IPTC:By-line"),
    ("creator", "exif", "IFD0:Artist"),
    ("credit_line", "xmp", "XMP-photoshop:Credit"),
    ("credit_line", "iim", "IPTC:Credit"),
    ("source", "xmp", "XMP-photoshop:Source"),
    ("source", "iim", "IPTC:Source"),
    ("description", "xmp", "XMP-dc:Description"),
    ("description", "iim", "IPTC:Caption-Abstract"),
    ("description", "exif", "IFD0:ImageDescription"),
    ("headline", "xmp", "XMP-photoshop:Headline"),
    ("headline", "iim", "IPTC:Headline"),
    ("date_created", "xmp", "XMP-photoshop:DateCreated"),
    ("date_created", "iim", "IPTC:DateCreated"),
    ("date_created", "exif", "ExifIFD:DateTimeOriginal"),
    ("city", "xmp", "XMP-photoshop:City"),
    ("city", "iim", "IPTC:City"),
    ("country", "xmp", "XMP-photoshop:Country"),
    ("country", "iim", "IPTC:Country-PrimaryLocationName"),
    ("instructions", "xmp", "XMP-photoshop:Instructions"),
    ("instructions", "iim", "IPTC:SpecialInstructions"),
    ("copyright_notice", "xmp", "XMP-dc:Rights"),
    ("copyright_notice", "iim", "IPTC:CopyrightNotice"),
    ("copyright_notice", "exif", "IFD0:Copyright"),
    ("caption_writer", "xmp", "XMP-photoshop:CaptionWriter"),
    ("caption_writer", "iim", "IPTC:Writer-Editor"),
    ("job_id", "xmp", "XMP-photoshop:TransmissionReference"),
    ("job_id", "iim", "IPTC:OriginalTransmissionReference"),
];

/// Letters and digits of every item; of a date, its day.
fn plain(field: &str, items: &[Value]) -> Vec<String> {
    let mut plain: Vec<String> = items
        .iter()
        .map(|item| {
            let text = item
                .as_str()
                .map_or_else(|| item.to_string(), str::to_owned);
            if field == "date_created" {
                text.chars().filter(char::is_ascii_digit).take(8).collect()
            } else {
                text.chars()
                    .filter(|c| c.is_alphanumeric())
                    .flat_map(char::to_lowercase)
                    .collect::<String>()
            }
        })
        .filter(|text| !text.is_empty())
        .collect();
    plain.sort();
    plain
}

#[test]
fn the_fields_of_every_sample_are_those_that_exiftool_reads() {
    let samples = project("sample_media");
    let Ok(peer) = Command::new("exiftool")
        .args(["-j", "-G1", "-struct", "-m", "-q", "-r"])
        .arg(&samples)
        .output()
    else {
        eprintln!("notice: skipped, exiftool is not installed");
        return;
    };
    let theirs: Vec<Value> = serde_json::from_slice(&peer.stdout).unwrap();
    let ours: BTreeMap<String, Value> = World::new()
        .run(&["metadata", "--format", "jsonl", &samples.to_string_lossy()])
        .ok(0)
        .lines()
        .into_iter()
        .map(|line| {
            (
                line["file"].as_str().unwrap().to_owned(),
                line["fields"].clone(),
            )
        })
        .collect();
    let mut compared = 0;
    let mut wrong = Vec::new();
    for their in &theirs {
        let file = their["SourceFile"].as_str().unwrap();
        let Some(our) = ours.get(file) else {
            continue;
        };
        for (field, carrier, tag) in SAME {
            let theirs = match &their[tag] {
                Value::Null => Vec::new(),
                Value::Array(items) => items.clone(),
                one => vec![one.clone()],
            };
            // exiftool has the other languages of a text under tags of their own.
            let ours: Vec<Value> = our[field]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|v| v["carrier"] == carrier && v["lang"].is_null())
                .map(|v| v["value"].clone())
                .collect();
            let (theirs, ours) = (plain(field, &theirs), plain(field, &ours));
            if theirs != ours {
                wrong.push(format!(
                    "{file} {field} {carrier}: {theirs:?}, not {ours:?}"
                ));
            }
            compared += theirs.len();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 100, "only {compared} values were compared");
}

/// The inputs on which the fuzz target of the containers begins, and what stands in each.
#[test]
fn fields_are_read_from_every_container() {
    for (file, field, value) in [
        ("heif", "creator", "Ann Other"),
        ("heif", "credit_line", "AP"),
        ("jxl", "creator", "Ann Other"),
        ("jxl", "credit_line", "AP"),
        ("jp2", "creator", "AP"),
        ("jp2", "credit_line", "AP"),
        ("cr3", "creator", "Ann Other"),
        ("cr3", "date_created", "2023-09-13T10:00:00"),
        ("cr3", "credit_line", "AP"),
        ("mrw", "creator", "Ann Other"),
        ("eps", "creator", "AP"),
        ("eps", "credit_line", "AP"),
        ("pdf", "credit_line", "AP"),
        ("pdf-packed", "credit_line", "AP"),
    ] {
        let path = project("fuzz/corpus/containers").join(file);
        let lines = World::new()
            .run(&["metadata", "--format", "jsonl", &path.to_string_lossy()])
            .lines();
        let values = lines[0]["fields"][field].as_array().unwrap();
        assert!(
            values.iter().any(|v| v["value"] == value),
            "{file}: {values:?}"
        );
    }
}
