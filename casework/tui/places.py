"""Where the screens are. Each is imported when it is first shown, and names another by its key here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

MODES = ("round", "residents", "followups", "campaigns", "places")
"""The places that have a number key."""

SCREENS = {
    "round": "casework.tui.screens.round:RoundScreen",
    "planner": "casework.tui.screens.planner:PlannerScreen",
    "left_out": "casework.tui.screens.left_out:LeftOutScreen",
    "residents": "casework.tui.screens.residents:ResidentsScreen",
    "followups": "casework.tui.screens.followups:FollowupsScreen",
    "followup": "casework.tui.screens.followup:FollowupScreen",
    "followups_matrix": "casework.tui.screens.followups_matrix:FollowupsMatrixScreen",
    "followup_form": "casework.tui.screens.followup_form:FollowupFormScreen",
    "followup_words": "casework.tui.screens.followup_words:FollowupWordsScreen",
    "followup_verify": "casework.tui.screens.verify:VerifyScreen",
    "joint_visit": "casework.tui.screens.joint_visit:JointVisitScreen",
    "promises": "casework.tui.screens.promises:PromisesScreen",
    "campaigns": "casework.tui.screens.campaigns:CampaignsScreen",
    "campaign": "casework.tui.screens.campaign:CampaignScreen",
    "campaign_form": "casework.tui.screens.campaign_form:CampaignForm",
    "campaign_chart": "casework.tui.screens.campaign_chart:CampaignChartScreen",
    "campaign_buildings": "casework.tui.screens.campaign_buildings:CampaignBuildingsScreen",
    "campaign_stairs": "casework.tui.screens.campaign_stairs:CampaignStairsScreen",
    "campaign_close": "casework.tui.screens.campaign_close:CampaignCloseForm",
    "places": "casework.tui.screens.places:PlacesScreen",
    "place": "casework.tui.screens.place:PlaceScreen",
    "place_form": "casework.tui.screens.place_form:PlaceForm",
    "area_form": "casework.tui.screens.area_form:AreaForm",
    "household_form": "casework.tui.screens.household_form:HouseholdForm",
    "resident_form": "casework.tui.screens.resident_form:ResidentForm",
    "visit": "casework.tui.screens.visit:VisitScreen",
    "rules": "casework.tui.screens.rules:RulesScreen",
    "rule_form": "casework.tui.screens.rule_form:RuleForm",
    "spells": "casework.tui.screens.spells:SpellsScreen",
    "spell_form": "casework.tui.screens.spell_form:SpellForm",
    "booking": "casework.tui.screens.booking:BookingScreen",
    "arrangements": "casework.tui.screens.arrangements:ArrangementsScreen",
    "check": "casework.tui.screens.check:CheckScreen",
    "leak": "casework.tui.screens.leak:LeakScreen",
    "stairwell": "casework.tui.screens.stairwell:StairwellScreen",
    "household": "casework.tui.screens.household:HouseholdScreen",
    "import": "casework.tui.screens.import_:ImportScreen",
    "import_cases": "casework.tui.screens.import_:ImportCasesScreen",
    "evidence": "casework.tui.screens.evidence:EvidenceScreen",
    "picture": "casework.tui.screens.picture:PictureScreen",
    "backup": "casework.tui.screens.backup:BackupScreen",
    "setup": "casework.tui.screens.setup:SetupScreen",
    "new_casebook": "casework.tui.screens.new_casebook:NewCasebookScreen",
    "recovery_key": "casework.tui.screens.recovery:RecoveryKeyScreen",
    "unlock": "casework.tui.screens.unlock:UnlockScreen",
    "palette": "casework.tui.screens.palette:PaletteScreen",
    "help": "casework.tui.screens.help:HelpScreen",
}
"""Where each screen is. A screen names another by its key here, so that none imports its neighbour."""


def screen_class(name: str) -> Callable[..., Screen[Any]]:
    """Import a screen by its name in `SCREENS`."""
    module, _sep, found = SCREENS[name].partition(":")
    cls: Callable[..., Screen[Any]] = getattr(import_module(module), found)
    return cls


def maker(name: str) -> Callable[[], Screen[Any]]:
    """What makes a screen on first use, for a mode."""
    return lambda: screen_class(name)()
