use crate::world::World;

/// Caption, credit line and chain of every appearance of a text capture.
fn read(text: &str) -> Vec<(String, Option<String>, Vec<String>)> {
    let world = World::new();
    let page = world.write("page.txt", text);
    let lines = world
        .run(&["extract", &page.to_string_lossy()])
        .ok(0)
        .lines();
    lines
        .iter()
        .map(|line| {
            let chain = line["credit"]["chain"].as_array().unwrap();
            (
                line["caption"].as_str().unwrap().to_owned(),
                line["credit_line"].as_str().map(str::to_owned),
                chain
                    .iter()
                    .map(|c| c["party"].as_str().unwrap_or("?").to_owned())
                    .collect(),
            )
        })
        .collect()
}

fn one(caption: &str, credit: &str, chain: &[&str]) -> (String, Option<String>, Vec<String>) {
    let chain = chain.iter().map(|c| (*c).to_owned()).collect();
    (caption.to_owned(), Some(credit.to_owned()), chain)
}

const BODY: &str = "The mayor told reporters on Wednesday that the pumps would run through the night \
                    and that schools near the river would stay closed until the end of the week.";

#[test]
fn labels_for_screen_readers_name_captions_and_credits() {
    let page = format!(
        "Floods hit coastal town\n\nPublished 3 May 2023\n\nImage source, Getty Images\nImage caption,\n\
         Residents were evacuated by boat\n\nBy Ada Quill\nBBC News\n\n{BODY}\n\n\
         Image source, Reuters\nImage caption, Rescue workers help a man in the street\n\n{BODY} Twice.\n"
    );
    assert_eq!(
        read(&page),
        [
            one(
                "Residents were evacuated by boat",
                "Image source, Getty Images",
                &["getty"]
            ),
            one(
                "Rescue workers help a man in the street",
                "Image source, Reuters",
                &["reuters"]
            ),
        ]
    );
}

#[test]
fn a_name_in_brackets_is_a_credit_where_the_line_reads_like_a_caption() {
    let page = format!(
        "Flut an der Küste\n\nHelfer am Deich. (Reuters)\n\n{BODY}\n\n{BODY} Again. And again. And so on. (AFP)\n\n\
         {BODY} To be continued.\n"
    );
    assert_eq!(
        read(&page),
        [one("Helfer am Deich.", "Reuters", &["reuters"])]
    );
    let page = "洪水來襲\n\n2023年3月21日，市長在河邊視察抽水站。（路透社）\n\n\
                市長星期三對記者表示，抽水站將整夜運作，河邊各校停課至本週末，市政府將視水位變化隨時公布最新消息，並請居民留意。\n";
    assert_eq!(
        read(page),
        [one(
            "2023年3月21日，市長在河邊視察抽水站。",
            "路透社",
            &["reuters"]
        )]
    );
}

#[test]
fn agencies_that_sign_paragraphs_are_no_credits() {
    let page = "World in brief\n\n\
        The talks would be resumed after the holidays, the minister said in the capital on Monday. (Reuters)\n\n\
        A ferry carrying more than a hundred people ran aground off the northern coast. (AFP)\n\n\
        The central bank left its main rate where it was, as economists had expected. (TASS)\n\n\
        The prime minister will visit three neighbouring countries before the end of May. (KCNA)\n\nMore follows.\n";
    assert_eq!(read(page), []);
    let page = format!(
        "Talks open\n\n{BODY}\n\nThe first day had been useful, the minister said on television. (KCNA)\n\n{BODY}\n"
    );
    assert_eq!(read(&page), [], "a state outlet is the source of news here");
}

#[test]
fn links_bylines_and_notices_of_rights_are_neither_captions_nor_credits() {
    let page = format!(
        "Floods hit coastal town\n\n{BODY}\n\nBaca juga: Foto: Banjir dari Udara\n\n{BODY} Twice.\n\n\
         The pumps at the lock run day and night. (Photo: Ada Quill/Reuters)\n\n{BODY} Thrice.\n\n\
         Editor: Ben Moor\nCopyright © Xinhua 2024\nMore from KCNA\nSource: TASS\n\nMost read\n\
         1. Foto: KCNA Shows Pictures\nGallery Photo: Xinhua\n"
    );
    assert_eq!(
        read(&page),
        [one(
            "The pumps at the lock run day and night.",
            "Photo: Ada Quill/Reuters",
            &["reuters"]
        )]
    );
}

#[test]
fn the_day_in_a_caption_is_not_that_of_the_page() {
    for (text, published) in [
        (
            "港のニュース\n\n1950年3月7日、長崎の港に集まる人々。(写真:共同)\n\n市は火曜日、来週も工事を続けると発表した。関係者は月末までに終える予定だと述べ、住民に協力を求めている。\n",
            None,
        ),
        (
            "항구 소식\n\n2011년 4월 2일 부산항에서 시민들이 배를 보고 있다. (사진: 연합뉴스)\n\n시는 화요일 다음 주에도 공사를 계속할 것이라고 밝혔다. 관계자들은 월말 전에 마칠 예정이라며 주민들에게 협조를 구했다.\n",
            None,
        ),
        (
            "港口新闻\n\n2024年5月21日 10:30 来源：港口日报\n\n市政府周二表示,下周将继续施工,各方正在努力寻求解决方案,并将在月底前完成全部工程,请居民给予配合。\n",
            Some("2024-05-21"),
        ),
    ] {
        let world = World::new();
        world.write("a/page.txt", text);
        world.run(&["ingest", "a"]).ok(0);
        let found: Option<String> = world
            .sql()
            .query_row("SELECT published FROM documents", [], |r| r.get(0))
            .unwrap();
        assert_eq!(found.as_deref(), published, "{text}");
    }
}
