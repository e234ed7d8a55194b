//! Captions and photos that are tied by words alone, across languages.

use crate::world::{World, project};

/// A photo with a wire's fields in its sidecar. All captions here are made up for the test.
fn wire(
    world: &World,
    name: &str,
    seed: u32,
    description: &str,
    creator: &str,
    credit: &str,
    date: &str,
    place: (&str, &str),
) {
    world.picture(&format!("wire/{name}.png"), seed);
    world.write(
        &format!("wire/{name}.xmp"),
        format!(
            r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 photoshop:Credit="{credit}" photoshop:DateCreated="{date}" photoshop:City="{}" photoshop:Country="{}">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{description}</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>{creator}</rdf:li></rdf:Seq></dc:creator>
</rdf:Description></rdf:RDF></x:xmpmeta>"#,
            place.0, place.1
        ),
    );
}

#[test]
fn the_seeds_captions_find_their_wire_photos_among_others() {
    let world = World::new();
    let article = project("sample_media/articles/kim-puji-hubungan-korut-rusia.txt");
    world.write("seed.txt", std::fs::read(article).unwrap());
    wire(
        &world,
        "a1",
        11,
        "Russian and North Korean flags fly on a street near a monument to Soviet founder Vladimir Lenin during the visit of North Korea's leader Kim Jong Un to Vladivostok, Russia April 25, 2019. REUTERS/Yuri Maltsev",
        "Yuri Maltsev",
        "REUTERS",
        "2019-04-25",
        ("Vladivostok", "Russia"),
    );
    wire(
        &world,
        "a2",
        12,
        "North Korea's leader Kim Jong Un meets Russia's President Vladimir Putin at the Vostochny cosmodrome in the Amur region, Russia, September 13, 2023 in this image released by KCNA. KCNA via REUTERS",
        "KCNA",
        "via REUTERS",
        "2023-09-13",
        ("Vostochny", "Russia"),
    );
    // The same visit, another subject; other days and people.
    wire(
        &world,
        "b1",
        13,
        "Police officers stand guard at the railway station before the arrival of a train in Vladivostok, Russia April 24, 2019. REUTERS/Ana Example",
        "Ana Example",
        "REUTERS",
        "2019-04-24",
        ("Vladivostok", "Russia"),
    );
    wire(
        &world,
        "b2",
        14,
        "A rocket stands on its launch pad in French Guiana, June 2, 2021. REUTERS/Ben Example",
        "Ben Example",
        "REUTERS",
        "2021-06-02",
        ("Kourou", "French Guiana"),
    );
    wire(
        &world,
        "b3",
        15,
        "Farmers harvest wheat near Rostov, Russia July 13, 2023. REUTERS/Cal Example",
        "Cal Example",
        "REUTERS",
        "2023-07-13",
        ("Rostov", "Russia"),
    );
    wire(
        &world,
        "b4",
        16,
        "South Korea's president waves during a parade in Seoul, South Korea, September 26, 2023. REUTERS/Dee Example",
        "Dee Example",
        "REUTERS",
        "2023-09-26",
        ("Seoul", "South Korea"),
    );
    world.run(&["ingest", "seed.txt", "wire"]).ok(0);
    let matches = world.run(&["matches", "--format", "jsonl"]).ok(0).lines();
    let found: Vec<(&str, &str)> = matches
        .iter()
        .map(|m| {
            (
                m["file"].as_str().unwrap_or("none"),
                m["decision"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [("wire/a1.png", "matched"), ("wire/a2.png", "matched")],
        "{matches:#?}"
    );
    let shown = world.run(&["show", "wire/a2.png"]).ok(0);
    assert!(
        shown.out.contains("seed.txt#2") && shown.out.contains("probability"),
        "{}",
        shown.out
    );
}

#[test]
fn a_caption_of_something_else_is_left_unmatched() {
    let world = World::new();
    world.write(
        "page.txt",
        "Seorang petani memanen padi di Karawang, Indonesia, 3 Mei 2022. (Foto: Ana Example/AP)\n",
    );
    wire(
        &world,
        "a",
        21,
        "Farmers harvest wheat near Rostov, Russia July 13, 2023. REUTERS/Cal Example",
        "Cal Example",
        "REUTERS",
        "2023-07-13",
        ("Rostov", "Russia"),
    );
    wire(
        &world,
        "b",
        22,
        "A rocket stands on its launch pad in French Guiana, May 3, 2022. REUTERS/Ben Example",
        "Ben Example",
        "REUTERS",
        "2022-05-03",
        ("Kourou", "French Guiana"),
    );
    world.run(&["ingest", "page.txt", "wire"]).ok(0);
    let matches = world.run(&["matches", "--format", "jsonl"]).ok(0).lines();
    assert_eq!(matches.len(), 1);
    assert_ne!(matches[0]["decision"], "matched", "{matches:#?}");
    // A candidate that was turned down is no use of its photo, and the two credits are no conflict.
    let sql = world.sql();
    sql.execute("UPDATE matches SET decision = 'unmatched'", [])
        .unwrap();
    assert_eq!(world.count("uses WHERE photo IS NOT NULL"), 0);
    let shown = world.run(&["show", "page.txt#1", "--format", "json"]).ok(0);
    assert!(!shown.out.contains("wire/"), "{}", shown.out);
}

/// Two photographers at one meeting: who made the picture decides, not who passed it on.
#[test]
fn a_photo_by_another_maker_is_not_the_one_printed() {
    const CAPTION: &str = "Presiden Rusia Vladimir Putin dan pemimpin Korea Utara Kim Jong Un di kosmodrom \
                           Vostochny, 13 September 2023. (Foto: KCNA via Reuters)\n";
    let walk = |world: &World| {
        wire(
            world,
            "walk",
            41,
            "North Korea's leader Kim Jong Un and Russia's President Vladimir Putin walk at the Vostochny Cosmodrome, \
             Russia, September 13, 2023. Sputnik/Ana Example/Pool via REUTERS",
            "SPUTNIK",
            "via REUTERS",
            "2023-09-13",
            ("Vostochny", "Russia"),
        );
    };
    let best = |world: &World| {
        world.write("page.txt", CAPTION);
        world.run(&["ingest", "page.txt", "wire"]).ok(0);
        let matches = world.run(&["matches", "--format", "jsonl"]).ok(0).lines();
        (matches[0]["file"].clone(), matches[0]["decision"].clone())
    };
    let both = World::new();
    walk(&both);
    wire(
        &both,
        "talks",
        42,
        "Russia's President Vladimir Putin and North Korea's leader Kim Jong Un attend a meeting at the Vostochny \
         Cosmodrome, Russia, September 13, 2023. KCNA via REUTERS",
        "KCNA",
        "via REUTERS",
        "2023-09-13",
        ("Vostochny", "Russia"),
    );
    assert_eq!(best(&both), ("wire/talks.png".into(), "matched".into()));
    let wrong = World::new();
    walk(&wrong);
    assert_ne!(best(&wrong).1, "matched");
}

/// What words alone cannot get over, and what is said of the page then.
#[test]
fn another_day_maker_or_photographer_and_a_later_photo_are_not_the_one_printed() {
    let world = World::new();
    wire(
        &world,
        "summit",
        51,
        "Orvenian President Luka Marek shakes hands with Velia's Prime Minister Ana Sorin at the Castle of Dremmen, \
         Orvenia, October 13, 2023. SANA/Handout via REUTERS",
        "SANA",
        "SANA/Handout via REUTERS",
        "2023-10-13",
        ("Dremmen", "Orvenia"),
    );
    wire(
        &world,
        "harbour",
        52,
        "Fishermen mend nets in the harbour of Kerra, Tilland, May 3, 2024. REUTERS/Ann Wang",
        "Ann Wang",
        "REUTERS",
        "2024-05-03",
        ("Kerra", "Tilland"),
    );
    let people = "President Luka Marek shakes hands with Prime Minister Ana Sorin at the Castle of Dremmen, Orvenia";
    let captions = [
        // The right one, by its words.
        ("right", format!("{people}, October 13, 2023. (Photo: Reuters)")),
        ("later", format!("{people}, January 14, 2023. (Photo: Reuters)")),
        ("maker", format!("{people}, October 13, 2023. (Photo: TASS)")),
        (
            "person",
            "Fishermen mend nets in the harbour of Kerra, Tilland, May 3, 2024. (Photo: Jon Bly/Reuters)".into(),
        ),
        ("lead", "2024年5月3日、Kerra の港で網を繕う漁師。(写真:ロイター)".into()),
    ];
    for (name, caption) in &captions {
        let day = if *name == "later" {
            "2023-01-15"
        } else {
            "2024-05-04"
        };
        world.write(
            &format!("{name}.html"),
            format!(
                r#"<html lang="en"><head><meta property="article:published_time" content="{day}"><title>{name}</title></head>
<body><article><h1>{name}</h1><figure><img src="https://pictures.invalid/{name}.jpg"><figcaption>{caption}</figcaption></figure></article></body></html>"#
            ),
        );
    }
    world.run(&["ingest", "."]).ok(0);
    let matches = world.run(&["matches", "--format", "jsonl"]).ok(0).lines();
    let of = |name: &str| {
        matches
            .iter()
            .find(|m| m["document"] == format!("{name}.html"))
            .unwrap_or_else(|| panic!("{name}: {matches:#?}"))
    };
    assert_eq!(of("right")["decision"], "matched", "{:#}", of("right"));
    // No photo is printed nine months before it is made.
    assert_eq!(of("later")["decision"], "unmatched", "{:#}", of("later"));
    assert!(of("later")["file"].is_null());
    for name in ["maker", "person"] {
        assert_ne!(of(name)["decision"], "matched", "{:#}", of(name));
        assert!(
            of(name)["probability"].as_f64() <= Some(0.5),
            "{:#}",
            of(name)
        );
    }
    // A word for a photo is nobody's name.
    assert!(
        !of("lead").to_string().contains("Ann Wang"),
        "{:#}",
        of("lead")
    );
    let flags = world.run(&["flags", "--format", "jsonl"]).ok(0).lines();
    let about = |name: &str| {
        let subject = format!("{name}.html#1");
        let found = flags
            .iter()
            .filter(|f| f["rule"] == "state-sourced" && f["subject"]["name"] == subject);
        found.cloned().collect::<Vec<_>>()
    };
    let [by_words] = about("right").try_into().expect("one finding");
    assert_eq!(by_words["confidence"], "possible");
    assert_eq!(by_words["severity"], "notice");
    assert!(
        by_words["summary"]
            .as_str()
            .unwrap()
            .contains("by its caption's words (p=")
    );
    assert!(
        by_words["evidence"]
            .to_string()
            .contains("the caption's words alone tie it to this photo (p=")
    );
    assert!(about("later").is_empty());
}

/// Pictures of one story have most words in common: another day, place or house that the words do not get over.
#[test]
fn another_picture_of_the_same_story_is_possible_at_most() {
    let world = World::new();
    wire(
        &world,
        "congress",
        61,
        "Orvenian President Luka Marek attends the opening ceremony of the 20th National Congress of the People's Party \
         in Dremmen, October 16, 2022. Xinhua/Bo Example",
        "Bo Example",
        "Xinhua",
        "2022-10-16",
        ("", ""),
    );
    wire(
        &world,
        "slide",
        62,
        "Rescuers work at the site of a landslide in Kerra, Tilland province, January 22, 2024. Xinhua/Li Example",
        "Li Example",
        "Xinhua",
        "2024-01-22",
        ("", ""),
    );
    let congress = "of the 20th National Congress of the People's Party in Dremmen";
    let captions = [
        ("own", "Rescuers work at the site of a landslide in Kerra, Tilland province, January 22, 2024. (Photo: AFP)".to_owned()),
        ("day", format!("Orvenian President Luka Marek arrives for the closing ceremony {congress}, October 22, 2022. (Photo: Reuters)")),
        ("anthem", format!("Delegates {congress} sing the anthem, October 22, 2022. (Photo: AFP)")),
        ("dogs", "Rescue dogs rest near the site of a landslide in Kerra, Tilland province, January 22, 2024. (Photo: AFP)".to_owned()),
        ("place", "Rescuers work at the site of a landslide in Orrin, Tilland province, January 22, 2024. (Photo: Xinhua)".to_owned()),
        ("weeks", "Rescuers work at the site of a landslide in Kerra, Tilland province, February 2, 2024. (Photo: Xinhua)".to_owned()),
    ];
    for (name, caption) in &captions {
        world.write(&format!("{name}.txt"), format!("{caption}\n"));
    }
    world.run(&["ingest", "."]).ok(0);
    let matches = world.run(&["matches", "--format", "jsonl"]).ok(0).lines();
    for (name, _) in &captions {
        let found = matches
            .iter()
            .find(|m| m["document"] == format!("{name}.txt"))
            .unwrap_or_else(|| panic!("{name}: {matches:#?}"));
        let matched = found["decision"] == "matched";
        assert_eq!(matched, *name == "own", "{name}: {found:#}");
    }
    let flags = world.run(&["flags", "--format", "jsonl"]).ok(0).lines();
    let accused = flags.iter().filter(|f| f["rule"] != "state-sourced");
    assert!(
        accused.clone().all(|f| f["subject"]["name"] == "own.txt#1"),
        "{:#?}",
        accused.collect::<Vec<_>>()
    );
}
