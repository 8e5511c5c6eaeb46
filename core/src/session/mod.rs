//! What comes next in a session.
//!
//! [`SessionKnn`] looks for the finished sessions that resemble the ongoing one and answers with what was clicked in
//! them, near to what they have in common. It is VMIS-kNN with the index of Kersbergen, Sprangers and Schelter 2022,
//! *Serenade: low-latency session-based recommendation in e-commerce at scale*, doi 10.1145/3514221.3517901: for each item
//! its most recent sessions and no others. Weights of matches and of places in a neighbour are after Garg et al. 2019,
//! *Sequence and time aware neighborhood for session-based recommendations: STAN*, doi 10.1145/3331184.3331322.
//!
//! [`SequentialRules`] counts what is clicked after what, each pair weighed by how many steps lie between (Ludewig and
//! Jannach 2018, *Evaluation of session-based recommendation algorithms*, doi 10.1007/s11257-018-9209-6). It knows the
//! last item only and is the baseline here.
//!
//! Both are asked with the items of the session so far; the library keeps no state of sessions.
//!
//! ```
//! use kosar::data::{Click, Sessions};
//! use kosar::session::{SessionKnn, WhyEmpty};
//! use kosar::{Fit, Id, Time};
//!
//! let clicks = [("s1", "tea"), ("s1", "cup"), ("s1", "pot"), ("s2", "tea"), ("s2", "pot"), ("s3", "jam"), ("s3", "tea")];
//! let clicks = (0..).zip(clicks).map(|(i, (session, item))| Click::new(session, item, Time::from_micros(i)));
//! let knn = SessionKnn::params().fit(&Sessions::from_clicks(clicks)?)?;
//!
//! let answer = knn.recommend(["tea"], 2)?;
//! assert_eq!(answer.recommendations[0].item, Id::from("pot"));
//! assert_eq!(
//!     answer.recommendations[0].reason.to_string(),
//!     "clicked in 2 sessions like this one (100 % of it for tea)"
//! );
//!
//! // What the model does not know is skipped; when nothing is left, the answer says so.
//! let answer = knn.recommend(["wine"], 2)?;
//! assert_eq!((answer.recommendations.len(), answer.empty), (0, Some(WhyEmpty::UnknownItems)));
//! # Ok::<(), kosar::Error>(())
//! ```

mod answer;
mod ask;
mod index;
mod knn;
mod neighbors;
mod params;
mod persist;
mod rules;
mod rules_ask;
mod rules_count;
mod rules_params;
mod rules_persist;
mod score;

pub use answer::{SessionAnswer, SessionOptions, WhyEmpty};
pub use knn::SessionKnn;
pub use params::{Decay, SessionKnnParams};
pub use rules::SequentialRules;
pub use rules_params::{SequentialRulesParams, StepWeight};
