//! How names are found across files.

use crate::facts::ImportKind;
use crate::lang::{PackageScope, Rules, Target, Tree};

/// The rules.
pub(super) static RULES: JavaScriptRules = JavaScriptRules;

/// The rules of JavaScript.
pub(super) struct JavaScriptRules;

impl Rules for JavaScriptRules {
    fn target(&self, _kind: ImportKind, _path: &str, _name: &str, _from: &str, _tree: &dyn Tree) -> Target {
        Target::External
    }

    fn submodule(&self, _path: &str, _name: &str) -> Option<String> {
        None
    }

    fn package_scope(&self) -> PackageScope {
        PackageScope::None
    }

    fn members_are_in_scope(&self) -> bool {
        false
    }

    fn calls_construct(&self) -> bool {
        false
    }

    fn common_methods(&self) -> &'static [&'static str] {
        &[]
    }
}
