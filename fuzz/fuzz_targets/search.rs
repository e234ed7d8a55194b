//! Search queries, put to a full-text index.
#![no_main]

use cutline::query::Query;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    thread_local! {
        static INDEX: rusqlite::Connection = {
            let db = rusqlite::Connection::open_in_memory().unwrap();
            db.execute_batch("CREATE VIRTUAL TABLE t USING fts5 (a, tokenize = 'unicode61 remove_diacritics 2')").unwrap();
            db
        };
    }
    let query = Query::parse(text);
    for words in [query.fts(), query.excluded()].into_iter().flatten() {
        INDEX.with(|db| db.query_row("SELECT count(*) FROM t WHERE t MATCH ?1", [words], |r| r.get::<_, i64>(0)).unwrap());
    }
});
