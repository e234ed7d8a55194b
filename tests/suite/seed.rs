//! The article that the project was created from: it must work end to end, always.

use crate::world::{World, project};

fn article() -> String {
    project("sample_media/articles/kim-puji-hubungan-korut-rusia.txt")
        .to_string_lossy()
        .into_owned()
}

#[test]
fn the_seed_article_has_two_appearances() {
    let world = World::new();
    let lines = world.run(&["extract", &article()]).ok(0).lines();
    assert_eq!(
        lines.len(),
        2,
        "each caption is printed twice in a row and is one appearance"
    );

    let first = &lines[0]["credit"];
    assert_eq!(first["creators"], serde_json::json!(["Yuri Maltsev"]));
    let chain: Vec<_> = first["chain"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["party"].clone())
        .collect();
    assert_eq!(chain, ["reuters"]);
    assert_eq!(first["labels"], serde_json::json!(["file"]));
    assert_eq!(first["caption_dates"][0]["date"], "2019-04-25");
    assert!(first["state_sourced"].is_null());
    assert!(
        lines[0]["caption"]
            .as_str()
            .unwrap()
            .ends_with("25 April 2019.")
    );

    let second = &lines[1]["credit"];
    let chain: Vec<_> = second["chain"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["party"].clone())
        .collect();
    assert_eq!(chain, ["kcna", "reuters"]);
    assert_eq!(second["state_sourced"]["level"], "via");
    assert_eq!(
        second["state_sourced"]["parties"],
        serde_json::json!(["kcna"])
    );
    assert_eq!(second["caption_dates"][0]["date"], "2023-09-13");
    assert!(
        lines[1]["caption"]
            .as_str()
            .unwrap()
            .ends_with("13 September 2023.")
    );
    assert_eq!(lines[1]["credit_line"], "Foto: KCNA via Reuters");
}

#[test]
fn words_of_the_body_are_no_credits() {
    let world = World::new();
    let text = std::fs::read_to_string(article()).unwrap();
    let body: String = text
        .lines()
        .filter(|line| !line.contains("(Foto:"))
        .collect::<Vec<_>>()
        .join("\n");
    let page = world.write("body.txt", body);
    let lines = world
        .run(&["extract", &page.to_string_lossy()])
        .ok(0)
        .lines();
    assert!(lines.is_empty(), "{lines:?}");
}
