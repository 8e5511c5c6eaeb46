//! Parameters that are refused, each kind of refusal with the value and what is allowed.

/// A parameter with a value that is not allowed: the message names it, the value, and what is allowed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParamError {
    /// `min_support` is neither a fraction nor a count.
    #[error("min_support must be a fraction above 0 and below 1, or a whole count from 1, got {value}")]
    MinSupport {
        /// The value given.
        value: f64,
    },
    /// `min_confidence` is not a fraction.
    #[error("min_confidence must be from 0 to 1, got {value}")]
    MinConfidence {
        /// The value given.
        value: f64,
    },
    /// Itemsets given are not those that the rules asked for are made from.
    #[error("the itemsets must {needed}, {found}")]
    Itemsets {
        /// What they must be.
        needed: &'static str,
        /// What they are.
        found: String,
    },
    /// A whole number is outside of its range.
    #[error("{name} must be at least {min}, got {value}")]
    TooSmall {
        /// The parameter.
        name: &'static str,
        /// The value given.
        value: i64,
        /// The smallest value allowed.
        min: i64,
    },
    /// A whole number is above its limit.
    #[error("{name} must be at most {max}, got {value}")]
    TooLarge {
        /// The parameter.
        name: &'static str,
        /// The value given.
        value: u64,
        /// The largest value allowed.
        max: u64,
    },
    /// A model of the whole matrix would have more items than allowed.
    #[error(
        "the model would have {found} items and take {gib:.1} GiB, max_items is {max_items}; raise it, or keep the most \
         popular items with items = 'top'"
    )]
    TooManyItems {
        /// The number of items of the log.
        found: usize,
        /// The largest number allowed.
        max_items: usize,
        /// The memory that all of them would take, in GiB.
        gib: f64,
    },
    /// A real number is outside of its range.
    #[error("{name} must be {allowed}, got {value}")]
    OutOfRange {
        /// The parameter.
        name: &'static str,
        /// The value given.
        value: f64,
        /// The range allowed, in words.
        allowed: &'static str,
    },
    /// A word is none of those allowed.
    #[error("{name} must be one of {allowed}, got '{value}'")]
    UnknownChoice {
        /// The parameter.
        name: &'static str,
        /// The word given.
        value: String,
        /// The words allowed, comma-separated.
        allowed: &'static str,
    },
    /// Baskets of categories are asked for, and nothing tells the categories of the items.
    #[error("level {level} needs a catalogue, got none; give one, or level item")]
    NoCatalog {
        /// The level asked for.
        level: String,
    },
    /// A parameter has a value that does not go with the data or with another parameter.
    #[error("{name} must be {allowed} for {with}")]
    NotWith {
        /// The parameter.
        name: &'static str,
        /// What does go with it.
        allowed: &'static str,
        /// What it does not go with.
        with: &'static str,
    },
    /// Two lists that exclude each other name the same item.
    #[error("{first} and {second} must have no item in common, got {item} in both")]
    InBoth {
        /// One list.
        first: &'static str,
        /// The other list.
        second: &'static str,
        /// The item, as text; strings are quoted.
        item: String,
    },
    /// Of several parameters that stand for each other not exactly one is given.
    #[error("exactly one of {names} must be given, got {given}")]
    ExactlyOne {
        /// The parameters.
        names: &'static str,
        /// How many are given.
        given: usize,
    },
    /// A cut leaves nothing on one side of it.
    #[error(
        "{name} must leave {part}s to train on and {part}s to ask for, got {value}: no {part} is {missing}, {span}"
    )]
    EmptyPart {
        /// What is split: `order` or `session`.
        part: &'static str,
        /// The parameter that says where the cut is.
        name: &'static str,
        /// The value given.
        value: String,
        /// Where none is: `before` or `at or after`, and the instant of the cut.
        missing: String,
        /// From when to when the log is.
        span: String,
    },
    /// A split asks for nothing, so that nothing can be measured.
    #[error(
        "split must ask about at least one customer, got none: {unknown} customers of the test part are unknown to the \
         training part"
    )]
    NobodyAsked {
        /// The customers of the test part that are left out.
        unknown: usize,
    },
    /// What must differ is the same twice.
    #[error("{name} must name each {what} once, got {id} twice")]
    Twice {
        /// The parameter.
        name: &'static str,
        /// What must differ.
        what: &'static str,
        /// What came twice, as text; strings are quoted.
        id: String,
    },
    /// More clusters are asked for than there are distinct points.
    #[error("n_clusters must be at most the number of distinct points, {distinct}, got {n_clusters}")]
    TooFewPoints {
        /// The number of clusters asked for.
        n_clusters: usize,
        /// The number of distinct points in the data.
        distinct: usize,
    },
    /// Customers are to be clustered by a feature that the log cannot tell.
    #[error("features must be among those that the log can tell, {has}; got {feature}, which needs {needs}")]
    NoFeature {
        /// The feature.
        feature: &'static str,
        /// What it needs.
        needs: &'static str,
        /// The features that the log can tell, comma-separated.
        has: String,
    },
    /// Affinities are asked for by a facet that the data cannot tell.
    #[error("facet {facet} needs {needs}")]
    NoFacet {
        /// The facet.
        facet: String,
        /// What it needs.
        needs: &'static str,
    },
    /// A text that separates must not be empty.
    #[error("{name} must be a text of at least one character, got ''")]
    EmptyText {
        /// The parameter.
        name: &'static str,
    },
    /// A matrix has the wrong shape.
    #[error("{name} must have shape ({rows}, {columns}), got ({found_rows}, {found_columns})")]
    Shape {
        /// The matrix.
        name: &'static str,
        /// The number of rows expected.
        rows: usize,
        /// The number of columns expected.
        columns: usize,
        /// The number of rows found.
        found_rows: usize,
        /// The number of columns found.
        found_columns: usize,
    },
    /// A matrix holds a value that is not a finite number.
    #[error("{name} must be finite, got {value} at row {row}, column {column}")]
    NotFinite {
        /// The matrix.
        name: &'static str,
        /// The value found.
        value: f64,
        /// Its row, from 0.
        row: usize,
        /// Its column, from 0.
        column: usize,
    },
    /// A dimension has another number of cut points than its classes need.
    #[error("{dimension} must have {} cut points for {bins} classes, got {found}", bins - 1)]
    CutPointCount {
        /// `recency`, `frequency` or `monetary`.
        dimension: &'static str,
        /// The number of classes.
        bins: u8,
        /// The number of cut points given.
        found: usize,
    },
    /// Cut points by class are not as many lists as there are classes.
    #[error("{dimension} may have one list of cut points{}, got {found}", lists(dimension, *expected))]
    CutPointLists {
        /// `recency`, `frequency` or `monetary`.
        dimension: &'static str,
        /// The number of lists that there may be.
        expected: usize,
        /// The number of lists given.
        found: usize,
    },
    /// A cut point is not a finite number.
    #[error("the cut points of {dimension} must be finite, got {value}")]
    CutPointValue {
        /// `recency`, `frequency` or `monetary`.
        dimension: &'static str,
        /// The value given.
        value: f64,
    },
    /// Cut points do not rise.
    #[error("the cut points of {dimension} must rise, got {value} after {before}")]
    CutPointOrder {
        /// `recency`, `frequency` or `monetary`.
        dimension: &'static str,
        /// A cut point.
        before: f64,
        /// The one after it.
        value: f64,
    },
    /// No segment of a grid has this name.
    #[error("segment must be one of {allowed}, got '{value}'")]
    UnknownSegment {
        /// The name given.
        value: String,
        /// The names that there are, comma-separated.
        allowed: String,
    },
    /// A segment grid leaves a cell without a segment.
    #[error("the segment grid leaves {} without a segment; every cell needs exactly one", cell(*r, *f, *m))]
    GridHole {
        /// The recency score of the cell.
        r: u8,
        /// The frequency score of the cell.
        f: u8,
        /// The monetary score of the cell; `None` in a grid over recency and frequency.
        m: Option<u8>,
    },
    /// A segment grid names two segments for a cell.
    #[error(
        "the segment grid puts {} into both '{first}' and '{second}'; every cell needs exactly one",
        cell(*r, *f, *m)
    )]
    GridOverlap {
        /// The recency score of the cell.
        r: u8,
        /// The frequency score of the cell.
        f: u8,
        /// The monetary score of the cell; `None` in a grid over recency and frequency.
        m: Option<u8>,
        /// The segment named first.
        first: String,
        /// The segment named second.
        second: String,
    },
    /// A segment of a grid has scores out of range.
    #[error("segment '{segment}' must have scores from 1 to {bins} with low <= high, got {low} to {high}")]
    GridRange {
        /// The segment.
        segment: String,
        /// The lower score given.
        low: u8,
        /// The upper score given.
        high: u8,
        /// The number of score classes.
        bins: u8,
    },
    /// A text is not the JSON that it should be.
    #[error("{name} must be JSON as it was written: {why}")]
    Json {
        /// The parameter.
        name: &'static str,
        /// What is wrong with it, and where.
        why: String,
    },
    /// A date cannot be read.
    #[error("{name} must be a date such as 2011-12-10 or 2011-12-10T00:00:00Z, got '{value}'")]
    Date {
        /// The parameter.
        name: &'static str,
        /// The text given.
        value: String,
    },
    /// A format of times cannot be understood, or does not tell a whole date.
    #[error("time_format must be a strptime format with a whole date, such as %d.%m.%Y %H:%M, got '{value}'")]
    TimeFormat {
        /// The format given.
        value: String,
    },
    /// No time zone has this name.
    #[error("{name} must be the name of a zone in the IANA database, such as Europe/Budapest, got '{value}'")]
    TimeZone {
        /// The parameter.
        name: &'static str,
        /// The text given.
        value: String,
    },
    /// Something is asked of the customers, and none are given.
    #[error("{name} needs the customers, got none; give them, or leave {name} out")]
    NoCustomers {
        /// The parameter.
        name: &'static str,
    },
    /// The customers do not have what is asked of them.
    #[error("{name} must be {what} that the customers have ({has}), got '{value}'")]
    NotOfCustomers {
        /// The parameter.
        name: &'static str,
        /// What it names, such as `an attribute`.
        what: &'static str,
        /// What they have, comma-separated; `none` where there is nothing.
        has: String,
        /// What was asked for.
        value: String,
    },
    /// A consent is not named by its channel and its purpose.
    #[error("a consent must be named by its channel and its purpose, as email/marketing, got '{value}'")]
    ConsentName {
        /// The name given.
        value: String,
    },
    /// A date of which only the day counts is not at midnight.
    #[error("{name} must be a midnight in UTC, got {value}")]
    NotMidnight {
        /// The parameter.
        name: &'static str,
        /// The instant given.
        value: String,
    },
}

/// A cell of a segment grid in words.
fn cell(r: u8, f: u8, m: Option<u8>) -> String {
    m.map_or_else(|| format!("R{r} F{f}"), |m| format!("R{r} F{f} M{m}"))
}

/// How many lists of cut points there may be besides one.
fn lists(dimension: &str, expected: usize) -> String {
    if dimension == "recency" { String::new() } else { format!(" or {expected} lists") }
}
