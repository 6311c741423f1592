//! Who acts on what, as Cedar's entities.

use crate::facts::{Action, Facts};
use cedar_policy::{Entities, Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression};
use keyholder_model::digest::Digest;
use keyholder_model::risk::{Label, Labels};
use std::collections::{HashMap, HashSet};
use std::str::FromStr as _;
use std::sync::LazyLock;

/// Who acts on what: everything of the facts but the context. Does not change from call to call.
#[derive(Debug)]
pub(crate) struct Parties {
    pub(crate) principal: EntityUid,
    pub(crate) person: EntityUid,
    pub(crate) attended: EntityUid,
    pub(crate) unattended: EntityUid,
    pub(crate) resource: EntityUid,
    pub(crate) server: EntityUid,
    pub(crate) group: Option<EntityUid>,
    pub(crate) entities: Entities,
}

/// What Cedar refused to build. It never should; what cannot be built is denied.
#[derive(Debug)]
pub(crate) struct Unbuildable;

impl Parties {
    pub(crate) fn of(facts: &Facts<'_>) -> Result<Self, Unbuildable> {
        let (person, principal) = (uid(&PERSON, facts.person), uid(&APP, facts.app));
        let server = uid(&SERVER, facts.server.as_str());
        let group = facts.group.map(|group| uid(&GROUP, group));
        let mut entities = vec![
            entity(&person, HashMap::new(), HashSet::new())?,
            entity(&principal, app(facts), HashSet::from([person.clone()]))?,
            entity(&server, place(facts, facts.server.as_str()), group.iter().cloned().collect())?,
        ];
        if let Some(group) = &group {
            entities.push(entity(group, HashMap::new(), HashSet::new())?);
        }
        let resource = match facts.action {
            // What the definition does is not known before the person has looked at it: a rule that reads its labels fails closed.
            Action::Admit { tool, .. } => add_tool(&mut entities, facts, &server, tool, None, None)?,
            Action::Call { tool, labels, pinned, .. } => {
                add_tool(&mut entities, facts, &server, tool, Some(labels), pinned)?
            }
            Action::Answer { .. } | Action::Connect { .. } | Action::Read { .. } => server.clone(),
        };
        let name = facts.action.name();
        Ok(Self {
            principal,
            person,
            attended: uid(&ACTION, name),
            unattended: uid(&ACTION, &format!("{name}_unattended")),
            resource,
            server,
            group,
            entities: Entities::from_entities(entities, None).map_err(|_| Unbuildable)?,
        })
    }
}

impl Action<'_> {
    /// The action's name in rules, without `_unattended`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Admit { .. } => "admit",
            Self::Answer { .. } => "answer",
            Self::Call { .. } => "call",
            Self::Connect { .. } => "connect",
            Self::Read { .. } => "read",
        }
    }
}

fn app(facts: &Facts<'_>) -> HashMap<String, RestrictedExpression> {
    let processes = facts.processes.iter().map(|name| text(name));
    let mut attributes = HashMap::from([
        ("name".to_owned(), text(facts.app)),
        ("instance".to_owned(), text(facts.instance)),
        ("processes".to_owned(), RestrictedExpression::new_set(processes)),
    ]);
    attributes.extend(facts.app_path.map(|path| ("path".to_owned(), text(path))));
    attributes.extend(facts.signer.map(|signer| ("signer".to_owned(), text(signer))));
    attributes
}

/// A server's name holds no `/`, so that two tools never share an id.
fn add_tool(
    entities: &mut Vec<Entity>,
    facts: &Facts<'_>,
    server: &EntityUid,
    tool: &str,
    labels: Option<Labels>,
    pinned: Option<Digest>,
) -> Result<EntityUid, Unbuildable> {
    let resource = uid(&TOOL, &format!("{}/{tool}", facts.server));
    let mut attributes = place(facts, tool);
    attributes.insert("server".to_owned(), RestrictedExpression::new_entity_uid(server.clone()));
    attributes.extend(labels.map(|labels| ("labels".to_owned(), words(labels))));
    attributes.extend(pinned.map(|pinned| ("pinned".to_owned(), text(&pinned.to_string()))));
    entities.push(entity(&resource, attributes, HashSet::from([server.clone()]))?);
    Ok(resource)
}

fn place(facts: &Facts<'_>, name: &str) -> HashMap<String, RestrictedExpression> {
    let mut attributes = HashMap::from([
        ("name".to_owned(), text(name)),
        ("host".to_owned(), text(facts.host)),
        ("account".to_owned(), text(facts.account.as_str())),
    ]);
    attributes.extend(facts.group.map(|group| ("group".to_owned(), text(group))));
    attributes
}

fn entity(
    uid: &EntityUid,
    attributes: HashMap<String, RestrictedExpression>,
    parents: HashSet<EntityUid>,
) -> Result<Entity, Unbuildable> {
    Entity::new(uid.clone(), attributes, parents).map_err(|_| Unbuildable)
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

/// A text as Cedar has it.
pub(crate) fn text(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_owned())
}

/// Labels as a set of words.
pub(crate) fn words(labels: Labels) -> RestrictedExpression {
    RestrictedExpression::new_set(labels.iter().map(Label::as_str).map(text))
}

fn kind(name: &str) -> EntityTypeName {
    EntityTypeName::from_str(name).expect("a plain word is an entity type's name")
}

pub(crate) static PERSON: LazyLock<EntityTypeName> = LazyLock::new(|| kind("Person"));
pub(crate) static APP: LazyLock<EntityTypeName> = LazyLock::new(|| kind("App"));
pub(crate) static GROUP: LazyLock<EntityTypeName> = LazyLock::new(|| kind("Group"));
pub(crate) static SERVER: LazyLock<EntityTypeName> = LazyLock::new(|| kind("Server"));
pub(crate) static TOOL: LazyLock<EntityTypeName> = LazyLock::new(|| kind("Tool"));
pub(crate) static ACTION: LazyLock<EntityTypeName> = LazyLock::new(|| kind("Action"));
pub(crate) static NULL: LazyLock<EntityUid> = LazyLock::new(|| uid(&kind("Json"), "null"));
