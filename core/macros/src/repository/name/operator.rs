//! The operators of conditions, as names spell them.

/// How a column is compared. The variants are those of the data starter's `Operator`, and two that
/// are equality with a value of the name's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::repository) enum Operator {
    Equals,
    Is(bool),
    IsNull,
    In,
    Between,
    LessThan,
    LessThanEqual,
    GreaterThan,
    GreaterThanEqual,
    Like,
    Containing,
    StartingWith,
    EndingWith,
}

/// Each spelling, with the operator and whether it is negated.
const SPELLINGS: [(&str, Operator, bool); 28] = [
    ("is", Operator::Equals, false),
    ("equals", Operator::Equals, false),
    ("not", Operator::Equals, true),
    ("is_not", Operator::Equals, true),
    ("is_true", Operator::Is(true), false),
    ("is_false", Operator::Is(false), false),
    ("is_null", Operator::IsNull, false),
    ("is_not_null", Operator::IsNull, true),
    ("in", Operator::In, false),
    ("not_in", Operator::In, true),
    ("between", Operator::Between, false),
    ("not_between", Operator::Between, true),
    ("less_than", Operator::LessThan, false),
    ("less_than_equal", Operator::LessThanEqual, false),
    ("before", Operator::LessThan, false),
    ("greater_than", Operator::GreaterThan, false),
    ("greater_than_equal", Operator::GreaterThanEqual, false),
    ("after", Operator::GreaterThan, false),
    ("like", Operator::Like, false),
    ("not_like", Operator::Like, true),
    ("containing", Operator::Containing, false),
    ("not_containing", Operator::Containing, true),
    ("starting_with", Operator::StartingWith, false),
    ("not_starting_with", Operator::StartingWith, true),
    ("ending_with", Operator::EndingWith, false),
    ("not_ending_with", Operator::EndingWith, true),
    ("is_in", Operator::In, false),
    ("is_not_in", Operator::In, true),
];

/// The column, the operator behind it, and whether it is negated. Without one, it is equality.
pub(super) fn at_the_end_of(condition: &str) -> (&str, Operator, bool) {
    SPELLINGS
        .into_iter()
        .filter_map(|(spelling, operator, negated)| {
            let column = condition.strip_suffix(spelling)?.strip_suffix('_')?;
            (!column.is_empty()).then_some((column, operator, negated))
        })
        .min_by_key(|(column, ..)| column.len())
        .unwrap_or((condition, Operator::Equals, false))
}

impl Operator {
    /// How many parameters it takes.
    pub(in crate::repository) fn parameters(self) -> usize {
        match self {
            Self::Is(_) | Self::IsNull => 0,
            Self::Between => 2,
            _ => 1,
        }
    }

    /// Whether it is about texts alone.
    pub(in crate::repository) fn is_of_texts(self) -> bool {
        matches!(
            self,
            Self::Like | Self::Containing | Self::StartingWith | Self::EndingWith
        )
    }

    /// Whether the case of letters may be of no account.
    pub(super) fn may_ignore_case(self) -> bool {
        self == Self::Equals || self.is_of_texts()
    }

    /// The variant of the data starter's `Operator`.
    pub(in crate::repository) fn variant(self) -> &'static str {
        match self {
            Self::Equals | Self::Is(_) => "Equals",
            Self::IsNull => "IsNull",
            Self::In => "In",
            Self::Between => "Between",
            Self::LessThan => "LessThan",
            Self::LessThanEqual => "LessThanEqual",
            Self::GreaterThan => "GreaterThan",
            Self::GreaterThanEqual => "GreaterThanEqual",
            Self::Like => "Like",
            Self::Containing => "Containing",
            Self::StartingWith => "StartingWith",
            Self::EndingWith => "EndingWith",
        }
    }
}
