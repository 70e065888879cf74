//! What is shown of surveys.

use super::model::{Definition, Invitation, InvitedBy, Survey};
use super::store::Said;
use kernel::{ConversationId, Language, LineId, Millis, TenantId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

/// A line's survey.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SurveyView {
    /// The line.
    pub line: LineId,
    /// The client.
    pub tenant: TenantId,
    /// Is it used?
    pub enabled: bool,
    /// What is asked.
    pub definition: Definition,
    /// Counts its changes, 0 where nothing was set yet.
    pub version: i64,
}

impl From<Survey> for SurveyView {
    fn from(s: Survey) -> SurveyView {
        SurveyView {
            line: s.line,
            tenant: s.tenant,
            enabled: s.enabled,
            definition: s.definition,
            version: s.version,
        }
    }
}

/// What a customer is asked, in one language.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SurveyQuestions {
    /// About which conversation.
    pub conversation: ConversationId,
    /// Said above the score.
    pub question: String,
    /// Further scores that are asked: `attitude`, `expertise`, `resolution`.
    pub dimensions: Vec<&'static str>,
    /// Is it asked whether it was solved?
    pub solved: bool,
    /// May something be written?
    pub remark: bool,
    /// Until when it can be answered.
    pub expires_at: Millis,
}

/// The questions of an invitation.
pub fn questions(i: &Invitation, language: Language) -> SurveyQuestions {
    let d = &i.definition;
    let (first, second) = match language {
        Language::Zh => (&d.question_zh, &d.question_en),
        Language::En => (&d.question_en, &d.question_zh),
    };
    let dimensions = [("attitude", d.attitude), ("expertise", d.expertise), ("resolution", d.resolution)];
    SurveyQuestions {
        conversation: i.conversation,
        question: if first.is_empty() { second.clone() } else { first.clone() },
        dimensions: dimensions.into_iter().filter_map(|(name, asked)| asked.then_some(name)).collect(),
        solved: d.solved,
        remark: d.remark,
        expires_at: i.expires_at,
    }
}

/// What a visitor's window finds: something to answer, or nothing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OpenSurvey {
    /// The questions, if there are any.
    pub survey: Option<SurveyQuestions>,
}

/// An answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResponseView {
    /// About which conversation.
    pub conversation: ConversationId,
    /// Who served.
    pub agent: Option<UserId>,
    /// Who invited.
    pub invited_by: InvitedBy,
    /// 1 to 5.
    pub score: i64,
    /// 态度, 1 to 5.
    pub attitude: Option<i64>,
    /// 专业, 1 to 5.
    pub expertise: Option<i64>,
    /// 解决, 1 to 5.
    pub resolution: Option<i64>,
    /// Was it solved?
    pub solved: Option<bool>,
    /// What was written.
    pub remark: String,
    /// When.
    pub at: Millis,
}

impl From<Said> for ResponseView {
    fn from(s: Said) -> ResponseView {
        let (score, attitude, expertise, resolution) = s.scores;
        ResponseView {
            conversation: s.conversation,
            agent: s.agent,
            invited_by: s.by,
            score,
            attitude,
            expertise,
            resolution,
            solved: s.solved,
            remark: s.remark,
            at: s.at,
        }
    }
}

/// Where a conversation's survey stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConversationSurvey {
    /// Could the contact be invited now?
    pub can_invite: bool,
    /// Who invited, if they were.
    pub invited_by: Option<InvitedBy>,
    /// When they were invited.
    pub invited_at: Option<Millis>,
    /// What they answered.
    pub response: Option<ResponseView>,
}
