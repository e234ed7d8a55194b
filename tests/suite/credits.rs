//! Credit lines in the house styles of many countries, with invented people and captions, and what they mean.

use std::sync::Arc;

use cutline::credit::{CreditReader, Hints, explain};
use cutline::model::{CreditReading, FactKind, Label, Order, StateLevel, Sureness};
use cutline::parties::Registry;
use serde_json::Value;

use super::world::{World, project};

fn reader() -> CreditReader {
    CreditReader::new(Arc::new(Registry::builtin().unwrap())).unwrap()
}

fn read(text: &str) -> CreditReading {
    reader().caption(text, &Hints::default())
}

fn chain(reading: &CreditReading) -> Vec<&str> {
    reading
        .chain
        .iter()
        .map(|l| l.party.as_deref().unwrap_or(&l.name))
        .collect()
}

fn lines(name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(project("tests/credits").join(name)).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

fn words(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_str().unwrap())
        .collect()
}

#[test]
fn lines_in_the_house_styles_of_many_countries_are_read() {
    let reader = reader();
    let mut wrong = Vec::new();
    let all = lines("lines.jsonl");
    assert!(all.len() > 900);
    for line in &all {
        let reading = reader.caption(line["text"].as_str().unwrap(), &Hints::default());
        let mut labels: Vec<Label> = reading
            .labels
            .iter()
            .copied()
            .filter(|l| !matches!(l, Label::Unattributed | Label::Undated))
            .collect();
        labels.sort_unstable();
        let mut wanted: Vec<Label> = serde_json::from_value(line["labels"].clone()).unwrap();
        wanted.sort_unstable();
        let date = line["date"].as_str();
        let same = reading.caption == line["caption"].as_str().unwrap()
            && reading.creators == words(&line["creators"])
            && chain(&reading) == words(&line["chain"])
            && labels == wanted
            && (date.is_none() || reading.caption_dates.iter().any(|d| Some(&*d.date) == date));
        if !same {
            wrong.push(format!(
                "{line}\n  read {:?} {:?} {labels:?} {:?}",
                reading.creators,
                chain(&reading),
                reading.caption
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn dates_are_read_in_many_languages_and_calendars() {
    let reader = reader();
    let mut wrong = Vec::new();
    for line in lines("dates.jsonl") {
        let reading = reader.caption(line["text"].as_str().unwrap(), &Hints::default());
        let dates: Vec<&str> = reading.caption_dates.iter().map(|d| &*d.date).collect();
        let right = match line["date"].as_str() {
            Some(date) => dates.contains(&date),
            None => dates.is_empty(),
        };
        if !right {
            wrong.push(format!("{line}: {dates:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_no_credit_is_left_alone() {
    for text in [
        "A KCNA announcer reads a statement in Pyongyang.",
        "Reuters reported that the port was closed (two ships were delayed).",
        "Menurut KCNA, peluncuran itu berhasil.",
        "The match ended 3-2 (2-1).",
        "#Photo #AP #news",
        "By Maria Lang",
        "© 2024 The Daily Ledger. All rights reserved.",
        "London (dpa) - Der Minister hat angekündigt, den Plan zu ändern.",
        "Courtesy calls were made to the embassy.",
        "From left: Ana Ruiz, Ben Olen and Carl Dahl.",
        "Forum",
        "据新华社报道，会议将于周一举行。",
        "كما ذكرت وكالة رويترز للأنباء.",
        "A Xinhua reporter asks a question at the daily briefing.",
        "Employees leave the TASS building in central Moscow.",
        "The company told Reuters (in an email) that deliveries had stopped.",
        "By Sarah Whitcombe and Dan Oakes",
        "The hosts won 4-1 (2-0) in front of 31,000 supporters.",
        "#Ukraine #AFP #breaking",
        "© 2023 Northgate Media Ltd. All rights reserved.",
        "Copyright The Evening Tribune 2021",
        "CCTV cameras were installed across the town centre last year.",
        "Police released CCTV images of the man on Tuesday.",
        "The prime minister (right) with the Kremlin spokesman.",
        "Putin walks through the Kremlin after the ceremony.",
        "State media KCNA said the launch was a success.",
        "The anchor of China's CCTV reads the evening news.",
        "SEOUL (Reuters) - North Korea fired a missile on Sunday.",
        "BEIJING, March 4 (Xinhua) -- Lawmakers gathered in the capital.",
        "Members of the press pool wait outside the Oval Office.",
        "A photographer takes pictures during the parade.",
        "Read more: Photos of the week",
        "A model of the Sputnik satellite in the museum.",
        "Swimmers at the hotel pool in Dubai.",
        "The Planet Hollywood restaurant in Times Square.",
        "Firefighters (left) and paramedics (right) at the scene",
        "A sign at the Getty Center in Los Angeles",
        "Chief executive Mark Forum (56) of the Alamy brewery",
        "Das Gebäude der Nachrichtenagentur TASS in Moskau.",
        "Laut der Agentur Xinhua starben zwölf Menschen.",
        "Berlin (dpa) – Die Regierung will das Gesetz ändern.",
        "Von Hannah Lindner",
        "Selon l'agence Chine nouvelle, douze personnes sont mortes.",
        "Le siège de l'AFP, place de la Bourse à Paris",
        "La rédaction avec AFP",
        "El dirigente, según la agencia KCNA, asistió al acto.",
        "Por Lucía Fernández",
        "Lo riferisce l'agenzia Xinhua.",
        "Segundo a agência Xinhua, doze pessoas morreram.",
        "Как сообщает ТАСС, пожар потушен.",
        "Здание ТАСС на Тверском бульваре",
        "Про це повідомляє Укрінформ.",
        "Menurut kantor berita Xinhua, dua belas orang tewas.",
        "JAKARTA, KOMPAS.com - Presiden membuka rapat kabinet.",
        "وفقا لوكالة سانا فإن الانفجار لم يسفر عن ضحايا.",
        "به گزارش خبرگزاری ایرنا، دو نفر کشته شدند.",
        "新华社北京3月4日电（记者李明）十四届全国人大一次会议将召开。",
        "根據中央社報導，會議將於週一舉行。",
        "朝中社主播在電視上宣讀聲明",
        "朝鮮中央通信は発射が成功したと伝えた。",
        "共同通信の本社ビル＝東京都港区",
        "조선중앙통신은 발사가 성공했다고 보도했다.",
        "연합뉴스 본사 건물",
        "สำนักข่าวซินหัวรายงานว่ามีผู้เสียชีวิต 12 ราย",
        "Theo hãng tin Xinhua, 12 người đã thiệt mạng.",
        "AA muhabirinin edindiği bilgiye göre yangın söndürüldü.",
        "समाचार एजेंसी पीटीआई के अनुसार दो लोग घायल हुए।",
        "রয়টার্স জানিয়েছে, আলোচনা চলছে।",
        "לפי סוכנות הידיעות סאנא, לא היו נפגעים.",
        "Jak podaje agencja TASS, pożar ugaszono.",
        "Όπως μεταδίδει το πρακτορείο Xinhua, 12 νεκροί.",
        "Kwa mujibu wa shirika la habari la Reuters, watu 12 wamefariki.",
        "A KCNA bemondónője felolvassa a közleményt.",
        "Volgens persbureau Xinhua zijn twaalf mensen omgekomen.",
        "人民日报北京5月6日电（记者赵刚）国务院召开会议。",
        "据央视新闻报道，火箭发射成功。",
        "読売新聞東京本社ビル",
        "国会議事堂",
        "뉴시스 사옥 전경",
        "The gallery on the left: paintings by local artists.",
        "Left: the mayor. Right: her deputy.",
        "The Kremlin Cup trophy on display",
        "Investigators reviewed closed-circuit television footage (CCTV) from the station.",
        "AFP fact-checkers found the claim to be false.",
        "Die Polizei wertet Bilder der Überwachungskamera aus.",
        "La agencia (EFE) informó de los hechos el lunes.",
        "Le journal Le Monde a publié l'enquête.",
        "Корреспондент ТАСС задаёт вопрос",
        "مراسل سانا يسأل الوزير",
        "Anadolu Ajansı binası",
        "A sede da Lusa em Lisboa",
        "Gedung ANTARA di Jakarta",
        "Trụ sở TTXVN tại Hà Nội",
    ] {
        let reading = read(text);
        assert_eq!(reading.credit_line, None, "{text}");
        assert!(
            reading.chain.is_empty() && reading.state_sourced.is_none(),
            "{text}"
        );
        assert_eq!(reading.caption, text.trim());
    }
}

/// Words that name an arm of a state and say nothing of who made the picture, or too little to be sure.
#[test]
fn no_state_is_accused_on_words_that_may_mean_another() {
    for text in [
        // A state's agency that passes on what the agencies of the world made.
        "(ANTARA FOTO/REUTERS/Ada Quay/aww)",
        "Fotoğraf: AP/AA",
        "REUTERS/Rui Cais/Agência Brasil",
        // A picture in the picture, a denial, another verb's party.
        "A TV screen shows an image of the launch released by KCNA during a news program. (AP Photo/Ada Quay)",
        "Une femme regarde une photo diffusée par le Kremlin. © AFP",
        "A photo released by KCNA in 2013 hangs on the wall of the museum.",
        "This image was not released by KCNA.",
        "The image was posted by a user and later denied by TASS.",
        // Cameras, and houses of the same name.
        "A still from CCTV shows the robber.",
        "CCTV image of the suspect. Photo: CCTV",
        "Pilgrims at the gate. (CNS photo/Ada Quay)",
        "The general in 1965. © INA",
        "Foto: PR/Silta",
        // Countries, regions, parties and offices behind a name.
        "Senador Rui Cais (PL)",
        "Senador Rui Cais (PL/RJ) em sessão",
        "Vista aérea do porto (PR)",
        "Houses in the old city (Sana'a)",
        "Ada Quay (SPA)",
        "Sie will mehr (Mehr)",
        // Abbreviations and kings: the sentence goes on after the dot.
        "Sam Quay Jr. at Pentagon. (AP Photo/Ada Quay)",
        "Pope John II. at Kremlin. (AP Photo)",
        // Where it was taken.
        "Ada Quay at the Kremlin",
        "Ada Quay auf TASS",
        "新华社北京3月5日电",
        "警視庁",
        "記者団の質問に答える首相＝10日午前、首相官邸、代表撮影",
        // Nobody knows whose.
        "Photo: Presidential Press Service",
        // The caption speaks of a camera.
        "A CCTV image shows the suspect entering the station. (CCTV via Reuters)",
        "The gunman in a still from security camera footage. (CCTV/AFP)",
        "Saldırgan güvenlik kamerasına böyle yakalandı. (CCTV via AP)",
        "Die Überwachungskamera filmte den Täter. Foto: CCTV/dpa",
        "Las cámaras de seguridad captaron el asalto. (CCTV via AP)",
        // Houses that are called after an office, papers that share a name.
        "Paris at night. Photo: Pentagon Pictures",
        "A hearing at the ministry. Photo: Kremlin Films",
        "Houses by the river. Photo: Jane Coe/The Herald",
        // Another country's office, whose name ends like one that is known.
        "İran Cumhurbaşkanlığı tarafından yayınlanan fotoğrafta heyet görülüyor. AFP",
        "베트남 국방부가 제공한 사진. 연합뉴스",
        "이란 대통령실이 공개한 사진. 연합뉴스",
        "صورة نشرتها وزارة الدفاع العراقية لقواتها. (أ ف ب)",
    ] {
        let reading = read(text);
        assert_eq!(reading.state_sourced, None, "{text}");
    }
    for text in [
        "Ada Quay (Kremlin)",
        "Ada Quay, White House",
        "Ada Quay | KCNA",
        "Photo: SANA Benefit Consultants",
    ] {
        let state = read(text).state_sourced;
        assert!(
            state.is_none_or(|s| s.confidence == Sureness::Possible),
            "{text}"
        );
    }
    // And the same names where nothing else is meant.
    for (text, party) in [
        ("A factory opens. (KCNA via Reuters)", "kcna"),
        ("CCTV via Reuters", "cctv"),
        ("A rocket lifts off from Jiuquan. (CCTV via AP)", "cctv"),
        ("航母编队。图源：央视新闻", "cctv"),
        ("Photo: SANA", "sana"),
        (
            "Foto: Rui Cais/PR. O presidente chegou ao porto.",
            "br-presidencia",
        ),
        (
            "In this photo released by KCNA, a man looks at a screen. (KCNA via AP)",
            "kcna",
        ),
        ("Фото: Ада Квай / ТАСС / Scanpix", "tass"),
    ] {
        let state = read(text).state_sourced;
        let parties = state.map(|s| s.parties).unwrap_or_default();
        assert_eq!(parties, [party], "{text}");
    }
}

#[test]
fn a_ministry_with_a_country_is_never_the_ministry_of_another() {
    for text in [
        "Photo: Ministry of Defence of Ruritania via AP",
        "Photo: Ruritanian Ministry of Defence via AP",
        "Foto: Kementerian Pertahanan Ruritania via AP",
        "Photo: Press Service of the Ministry of Defence of Ruritania via AP",
    ] {
        let reading = read(text);
        assert_eq!(reading.chain.len(), 2, "{text}: {:?}", chain(&reading));
        assert_eq!(reading.chain[0].party, None, "{text}");
        assert_eq!(reading.chain[1].party.as_deref(), Some("ap"));
        assert!(reading.state_sourced.is_none(), "{text}");
    }
    let own = read("Photo: Ministry of Defence via AP");
    assert_eq!(chain(&own), ["uk-mod", "ap"]);
    // One of many bodies of that name stays one, with the name as printed.
    let local = read("Foto: Humas Pemkot Nusakarta");
    assert_eq!(chain(&local), ["id-regional"]);
    assert_eq!(local.chain[0].name, "Humas Pemkot Nusakarta");
}

#[test]
fn several_pictures_in_one_line_have_a_credit_each() {
    let reading = read("L-R: AP; KCNA");
    assert_eq!(chain(&reading), ["ap"]);
    assert!(reading.state_sourced.is_none());
    assert_eq!(chain(&reading.also[0]), ["kcna"]);
    assert_eq!(
        reading.also[0].state_sourced.as_ref().unwrap().level,
        StateLevel::Direct
    );
    let reading = read("Ana Ruiz (Foto: AP) dan Ben Olen (Foto: TASS)");
    assert_eq!(reading.caption, "Ana Ruiz dan Ben Olen");
    assert_eq!(chain(&reading), ["ap"]);
    assert_eq!(chain(&reading.also[0]), ["tass"]);
}

#[test]
fn one_chain_whatever_the_printed_order() {
    for text in [
        "Reuters/KCNA",
        "KCNA/Reuters",
        "KCNA via Reuters",
        "REUTERS/KCNA",
        "KCNA/Handout via Reuters",
    ] {
        let reading = read(&format!("A ship at sea. ({text})"));
        assert_eq!(chain(&reading), ["kcna", "reuters"], "{text}");
        assert_eq!(reading.order, Order::Sure, "{text}");
        assert_eq!(
            reading.state_sourced.unwrap().level,
            StateLevel::Via,
            "{text}"
        );
    }
    // A state agency that only passes on another's picture is not the source.
    let reading = read("工人在工地上作业。（新华社/法新）");
    assert_eq!(chain(&reading), ["afp", "xinhua"]);
    assert!(reading.state_sourced.is_none());
    // A house with its abbreviation is one.
    let reading = read("Photo: Korean Central News Agency (KCNA) via Korea News Service (KNS)");
    assert_eq!(chain(&reading), ["kcna", "kns"]);
}

#[test]
fn what_the_caption_says_of_its_origin_is_a_fact_each() {
    let text = "Ana Ruiz at a shipyard, in this undated photo released on November 16, 2023 by North Korea's Korean \
        Central News Agency (KCNA). KCNA via REUTERS ATTENTION EDITORS - THIS IMAGE WAS PROVIDED BY A THIRD PARTY. \
        REUTERS IS UNABLE TO INDEPENDENTLY VERIFY THIS IMAGE. NO THIRD PARTY SALES. SOUTH KOREA OUT.";
    let reading = read(text);
    let facts: Vec<(FactKind, &str)> = reading
        .facts
        .iter()
        .map(|f| (f.kind, f.text.as_str()))
        .collect();
    assert!(
        facts.contains(&(FactKind::Released, "November 16, 2023")),
        "{facts:?}"
    );
    assert!(facts.contains(&(FactKind::Restriction, "SOUTH KOREA OUT")));
    assert!(facts.iter().any(|f| f.0 == FactKind::Unverified));
    assert!(facts.iter().any(|f| f.0 == FactKind::Notice));
    let stated = reading
        .facts
        .iter()
        .find(|f| f.kind == FactKind::Stated)
        .unwrap();
    assert_eq!(stated.party.as_deref(), Some("kcna"));
    assert!(reading.has(Label::Undated) && reading.has(Label::Handout));
    for fact in &reading.facts {
        let cut: String = text
            .chars()
            .skip(fact.span.0)
            .take(fact.span.1 - fact.span.0)
            .collect();
        assert_eq!(cut, fact.text, "a span leads to its words");
    }
}

#[test]
fn a_source_that_only_the_words_name_is_stated() {
    for (text, party) in [
        (
            "This photo provided by the North Korean government shows a ship. (AP)",
            "kp-government",
        ),
        (
            "Cette photo, diffusée par l'agence KCNA le 16 novembre 2023, montre un navire. AFP",
            "kcna",
        ),
        (
            "Fotografía difundida por la agencia KCNA que muestra un barco. EFE",
            "kcna",
        ),
        (
            "朝中社2023年9月13日发布的照片显示一艘船。（路透社）",
            "kcna",
        ),
        (
            "صورة نشرتها وكالة الأنباء المركزية الكورية في 3 مايو 2021 (رويترز)",
            "kcna",
        ),
    ] {
        let stated = read(text).state_sourced.unwrap_or_else(|| panic!("{text}"));
        assert_eq!(stated.level, StateLevel::Stated, "{text}");
        assert_eq!(stated.parties, [party], "{text}");
    }
}

#[test]
fn a_date_of_another_clause_is_not_the_date_of_release() {
    let reading = read(
        "In this photo released by SANA, Ana Ruiz speaks in Damascus, Syria, on Nov. 10, 2019. (SANA via AP)",
    );
    assert!(!reading.caption_dates[0].released);
    let places: Vec<&str> = reading
        .facts
        .iter()
        .filter(|f| f.kind == FactKind::Place)
        .map(|f| f.text.as_str())
        .collect();
    assert_eq!(places, ["Damascus, Syria"]);
    let both = read(
        "A ship taken on March 3, 2023 and released from North Korea's KCNA (Korean agency) on March 4, 2023. AFP",
    );
    let released: Vec<bool> = both.caption_dates.iter().map(|d| d.released).collect();
    assert_eq!(released, [false, true]);
}

#[test]
fn places_stand_before_a_date_in_the_usual_forms() {
    for (text, place) in [
        (
            "A ship in Kyiv, Ukraine, on Monday, May 3, 2021. REUTERS/Ana Ruiz",
            "Kyiv, Ukraine",
        ),
        (
            "SEOUL, SOUTH KOREA - MARCH 03: A ship at sea. (Photo by Ana Ruiz/Getty Images)",
            "SEOUL, SOUTH KOREA",
        ),
        (
            "Un bateau à Lyon (France), le 3 mai 2021. AFP",
            "Lyon (France)",
        ),
        ("出航する船＝2023年5月19日、広島市（共同）", "広島市"),
    ] {
        let reading = read(text);
        let found = reading.facts.iter().find(|f| f.kind == FactKind::Place);
        assert_eq!(found.map(|f| f.text.as_str()), Some(place), "{text}");
    }
    assert!(read("A ship in early May 2021. AFP").facts.is_empty());
}

#[test]
fn the_order_of_day_and_month_follows_the_sentence() {
    let hints = Hints {
        lang: Some("en"),
        date: None,
    };
    let reading = reader().caption(
        "Petugas memadamkan api di Bekasi, Rabu (12/6/2024). Foto: Antara",
        &hints,
    );
    assert_eq!(reading.caption_dates[0].date, "2024-06-12");
    let reading = reader().caption("The ship left on Wednesday (12/6/2023). AP", &hints);
    // English is written in both orders: the year is sure.
    assert_eq!(reading.caption_dates[0].date, "2023");
    let reading = reader().caption("The ship left on Wednesday (25/6/2023). AP", &hints);
    assert_eq!(reading.caption_dates[0].date, "2023-06-25");
}

#[test]
fn an_explanation_is_aligned_and_harmless() {
    let drawn = explain(&read("（写真：共同）"));
    let line = drawn.lines().find(|l| l.contains("kyodo")).unwrap();
    // A bracket, two characters and a colon, each two columns wide.
    assert!(
        line.starts_with(&format!("{}~~~~ ", " ".repeat(8))),
        "{drawn}"
    );
    let drawn = explain(&read("Foto: \u{1b}[31mAP\u{202e} x\u{7}"));
    assert!(
        !drawn.contains(['\u{1b}', '\u{202e}', '\u{7}']),
        "{drawn:?}"
    );
}

#[test]
fn hostile_repeats_are_read_within_the_limit_and_without_a_crash() {
    for unit in [
        "(",
        "[(",
        "Foto: ",
        "Photo by AP / ",
        "AP via ",
        "released by ",
        "(Archivbild) ",
        "a.b.c. ",
        "2021 ",
        "／",
        "@",
        "@@ ",
        "写真",
        "\u{301}",
        "Photo (AP) and ",
        "L-R: AP; ",
        "12/6/2024 ",
        "元年",
        "令和",
        "\n",
        "'s ",
    ] {
        let text = unit.repeat(16_000 / unit.len());
        let reading = read(&text);
        assert!(reading.caption.len() <= text.len());
        assert!((0.0..=1.0).contains(&reading.confidence));
    }
}

#[test]
fn names_that_the_registry_lacks_are_listed_by_count() {
    let world = World::new();
    for (name, credit) in [
        ("a", "Kestrel Pictures"),
        ("b", "Kestrel Pictures"),
        ("c", "Puffin Wire"),
    ] {
        world.picture(&format!("{name}.png"), 1);
        world.write(
            &format!("{name}.html"),
            format!(
                "<html lang=en><body><article><h1>Ships {name}</h1><figure><img src={name}.png><figcaption>A ship {name} at \
                 sea. (Photo: {credit})</figcaption></figure><p>Text about ships.</p></article>"
            ),
        );
    }
    world.run(&["ingest", "."]).ok(0);
    let rows = world
        .run(&["parties", "--unknown", "--format", "jsonl"])
        .ok(0)
        .lines();
    assert_eq!(rows[0]["name"], "Kestrel Pictures");
    assert_eq!(rows[0]["count"], 2);
    assert!(
        rows.iter()
            .any(|r| r["name"] == "Puffin Wire" && r["count"] == 1)
    );
    // A user's file makes them known.
    world.write(
        "my.csv",
        "id,name,aliases\nkestrel,Kestrel Pictures,Kestrel Pictures\n",
    );
    let known = world
        .run(&["--registry", "my.csv", "credit", "Photo: Kestrel Pictures"])
        .ok(0)
        .lines();
    assert_eq!(known[0]["chain"][0]["party"], "kestrel");
    let shown = world
        .run(&["--registry", "my.csv", "parties", "kestrel"])
        .ok(0);
    assert!(
        shown.out.contains("kestrel: Kestrel Pictures"),
        "{}",
        shown.out
    );
}

#[test]
fn a_row_of_the_registry_says_why_it_is_classed_so() {
    let world = World::new();
    let shown = world.run(&["parties", "kcna"]).ok(0).out;
    assert!(
        shown.contains("control") && shown.contains("the source was read"),
        "{shown}"
    );
    assert!(shown.contains("names"), "{shown}");
}

/// Several houses with the sides of the picture: a credit for each, and no way from one to the other.
#[test]
fn the_sides_of_a_picture_have_a_credit_each() {
    for (text, first, second) in [
        (
            "The rivals. Left: Xinhua. Right: AP Photo/Ron Hale",
            "xinhua",
            "ap",
        ),
        (
            "Die Minister. Links: dpa, rechts: Reuters",
            "dpa",
            "reuters",
        ),
        ("Los rivales. Izquierda: AFP. Derecha: EFE", "afp", "efe"),
        (
            "Les candidates. À gauche : AFP ; à droite : Reuters",
            "afp",
            "reuters",
        ),
    ] {
        let reading = read(text);
        assert_eq!(chain(&reading), [first], "{text}");
        assert_eq!(reading.also.len(), 1, "{text}");
        assert_eq!(
            reading.also.first().map(chain),
            Some(vec![second]),
            "{text}"
        );
    }
    let uncertain = read("The two. Photos: AP (left), Reuters (right)");
    assert_eq!(uncertain.order, Order::Uncertain);
    // The whole of a direction is one lead, whatever ends in it.
    let whole = read("De izquierda a derecha: Reuters");
    assert_eq!(chain(&whole), ["reuters"]);
    assert!(whole.also.is_empty());
}

/// Letters that several houses share are never sure by themselves.
#[test]
fn the_last_of_several_houses_in_a_line_is_possible_at_most() {
    for line in [
        "Left: Boats (AP). Right: Nets (KCNA).",
        "Left: the pier by day (Ana Ruiz/AP); Right: the pier by night (Xinhua)",
        "Delegates at the conference, from left: Ana Ruiz (EFE), Jo Quay (BBC), Chen Hao (CGTN)",
        "Editors meet: Maria Petrova (TASS) and Li Wei (Xinhua)",
        "Left to right: Ali Hosseini, IRNA; Maria Petrova, TASS",
        "Sana Malik at home in Leeds. Photo: Sana",
        "Boats leave the pier. Photo: Ruth Thomas (RT)",
    ] {
        let state = read(line).state_sourced;
        let confidence = state.map(|s| s.confidence);
        assert_ne!(confidence, Some(Sureness::Sure), "{line}");
    }
    let both = read("Boats leave, left (Photo: Reuters), and nets dry, right (Photo: Xinhua).");
    let other = both.also.first().and_then(|r| r.state_sourced.as_ref());
    assert_eq!(other.map(|s| s.confidence), Some(Sureness::Possible));
    for line in [
        "MOSCOW (AP) - Boats leave the pier. (TASS)",
        "The Korean Central News Agency (KCNA) shows boats. (KCNA)",
        "Boats leave the pier. (KCNA)",
    ] {
        let state = read(line).state_sourced;
        assert_eq!(state.map(|s| s.confidence), Some(Sureness::Sure), "{line}");
    }
}

#[test]
fn houses_of_states_alone_are_a_state_source_in_whatever_order() {
    let state = read("KCNA/Xinhua").state_sourced;
    assert_eq!(state.map(|s| s.confidence), Some(Sureness::Possible));
    assert!(read("Foto: Anadolu Spa").state_sourced.is_none());
}

#[test]
fn a_picture_in_the_hands_of_somebody_is_another() {
    for line in [
        "A man holds a photo released by KCNA in Seoul. Photo: Jo Quay/AP",
        "Activists burn a picture provided by KCNA in Seoul. Photo: AP",
    ] {
        assert!(read(line).state_sourced.is_none(), "{line}");
    }
    let own = read("Kim Jong Un holds a meeting in this photo released by KCNA. Photo: AP");
    assert!(own.state_sourced.is_some());
}

#[test]
fn a_name_that_several_houses_share_is_possible_at_most() {
    let state = read("A rocket lifts off. (CCTV via AP)").state_sourced;
    assert_eq!(state.map(|s| s.confidence), Some(Sureness::Possible));
}
