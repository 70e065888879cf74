//! A line's questions, an invitation and an answer. Pure.

use kernel::{ContactId, ConversationId, Error, LineId, Millis, Result, TenantId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A text shown to customers, in characters.
const TEXT_MAX: usize = 200;
/// A remark, in characters.
const REMARK_MAX: usize = 1_000;
/// An invitation is good for so many hours at the most.
const HOURS_MAX: i64 = 720;

/// What customers of a line are asked besides the score from 1 to 5.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SurveyDefinition)]
#[serde(default, deny_unknown_fields)]
pub struct Definition {
    /// Is every served customer invited when the conversation ends?
    pub auto: bool,
    /// Said above the question, in Chinese.
    pub question_zh: String,
    /// Said above the question, in English.
    pub question_en: String,
    /// 态度: a score for how they were treated.
    pub attitude: bool,
    /// 专业: a score for how much was known.
    pub expertise: bool,
    /// 解决: a score for what came of it.
    pub resolution: bool,
    /// Was it solved?
    pub solved: bool,
    /// May they write something?
    pub remark: bool,
    /// An invitation is good for so many hours.
    pub hours: i64,
}

impl Default for Definition {
    fn default() -> Definition {
        Definition {
            auto: true,
            question_zh: "您对本次服务满意吗？".into(),
            question_en: "How satisfied are you with our service?".into(),
            attitude: true,
            expertise: true,
            resolution: true,
            solved: true,
            remark: true,
            hours: 72,
        }
    }
}

impl Definition {
    /// Checks what was set, naming the field at fault.
    pub fn check(&self) -> Result<()> {
        for (field, text) in
            [("/definition/question_zh", &self.question_zh), ("/definition/question_en", &self.question_en)]
        {
            if text.chars().count() > TEXT_MAX {
                return Err(Error::invalid(field, "too_long"));
            }
        }
        if self.question_zh.trim().is_empty() && self.question_en.trim().is_empty() {
            return Err(Error::invalid("/definition/question_zh", "required"));
        }
        if !(1..=HOURS_MAX).contains(&self.hours) {
            return Err(Error::invalid("/definition/hours", "out_of_range"));
        }
        Ok(())
    }
}

/// A line's survey.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// The line.
    pub line: LineId,
    /// The client.
    pub tenant: TenantId,
    /// Is it used?
    pub enabled: bool,
    /// What is asked.
    pub definition: Definition,
    /// Counts its changes.
    pub version: i64,
    /// When it was changed.
    pub changed_at: Millis,
}

/// Who invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitedBy {
    /// The end of the conversation.
    Auto,
    /// An agent.
    Agent,
}

impl InvitedBy {
    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            InvitedBy::Auto => "auto",
            InvitedBy::Agent => "agent",
        }
    }
    /// From the word stored.
    pub fn from_word(w: &str) -> Result<InvitedBy> {
        match w {
            "auto" => Ok(InvitedBy::Auto),
            "agent" => Ok(InvitedBy::Agent),
            _ => Err(Error::internal(format!("nobody invites by {w}"))),
        }
    }
}

/// An invitation.
#[derive(Debug, Clone, PartialEq)]
pub struct Invitation {
    /// To speak about which conversation.
    pub conversation: ConversationId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// Who is invited.
    pub contact: ContactId,
    /// Who served.
    pub agent: Option<UserId>,
    /// Who invited.
    pub by: InvitedBy,
    /// Which agent, where one did.
    pub inviter: Option<UserId>,
    /// Which version of the questions.
    pub version: i64,
    /// The questions.
    pub definition: Definition,
    /// When.
    pub at: Millis,
    /// Until when it can be answered.
    pub expires_at: Millis,
}

/// What is answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(as = SurveyAnswer)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// About which conversation.
    pub conversation: ConversationId,
    /// 1 to 5.
    pub score: i64,
    /// 1 to 5, where it is asked.
    pub attitude: Option<i64>,
    /// 1 to 5, where it is asked.
    pub expertise: Option<i64>,
    /// 1 to 5, where it is asked.
    pub resolution: Option<i64>,
    /// Was it solved? Where it is asked.
    pub solved: Option<bool>,
    /// Anything else.
    #[serde(default)]
    pub remark: String,
}

impl Answer {
    /// Checks an answer against the questions; what was not asked is refused. Card numbers in the remark are masked.
    pub fn checked(mut self, asked: &Definition) -> Result<Answer> {
        let scores = [
            ("/score", Some(self.score), true),
            ("/attitude", self.attitude, asked.attitude),
            ("/expertise", self.expertise, asked.expertise),
            ("/resolution", self.resolution, asked.resolution),
        ];
        for (field, score, is_asked) in scores {
            if score.is_some_and(|s| !is_asked || !(1..=5).contains(&s)) {
                return Err(Error::invalid(field, "out_of_range"));
            }
        }
        if self.solved.is_some() && !asked.solved {
            return Err(Error::invalid("/solved", "not_asked"));
        }
        let remark: String = self.remark.chars().filter(|c| !c.is_control() || *c == '\n').collect();
        let remark = remark.trim();
        if !remark.is_empty() && !asked.remark {
            return Err(Error::invalid("/remark", "not_asked"));
        }
        if remark.chars().count() > REMARK_MAX {
            return Err(Error::invalid("/remark", "too_long"));
        }
        self.remark = engines::redact::mask_cards(remark).into_owned();
        Ok(self)
    }
}

/// An answer as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// Its id.
    pub id: i64,
    /// What it answers.
    pub invitation: Invitation,
    /// What was said.
    pub answer: Answer,
    /// When.
    pub at: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_asked_is_taken() {
        let asked = Definition { attitude: false, remark: false, solved: false, ..Definition::default() };
        let answer = |score| Answer { score, ..Answer::default() };
        assert!(answer(5).checked(&asked).is_ok());
        for bad in [0, 6, -1, i64::MAX] {
            assert!(answer(bad).checked(&asked).is_err(), "{bad}");
        }
        for bad in [
            Answer { attitude: Some(3), ..answer(5) },
            Answer { expertise: Some(9), ..answer(5) },
            Answer { solved: Some(true), ..answer(5) },
            Answer { remark: "x".into(), ..answer(5) },
        ] {
            assert!(bad.checked(&asked).is_err());
        }
        let whole = Definition::default();
        let long = Answer { remark: "字".repeat(1_001), ..answer(4) };
        assert!(long.checked(&whole).is_err());
        let card = Answer { remark: "4111 1111 1111 1111".into(), ..answer(4) };
        assert!(!card.checked(&whole).expect("fits").remark.contains("1111 1111"));
    }

    #[test]
    fn questions_have_words_and_an_end() {
        assert!(Definition::default().check().is_ok());
        for bad in [
            Definition { hours: 0, ..Definition::default() },
            Definition { question_zh: String::new(), question_en: " ".into(), ..Definition::default() },
            Definition { question_zh: "字".repeat(201), ..Definition::default() },
        ] {
            assert!(bad.check().is_err());
        }
    }
}
