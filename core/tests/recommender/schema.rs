//! The schema of rules, for whoever writes them by hand.

use kosar::recommender::Rules;

#[test]
fn the_schema_in_the_documentation_is_that_of_the_types() {
    let documented = include_str!("../../../docs/rules.schema.json");
    assert!(documented.trim_end() == Rules::json_schema(), "write it anew from Rules::json_schema()");
}
