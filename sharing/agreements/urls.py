"""Addresses of agreements (pages §2.5), and of what everyone may read of them."""

from django.urls import path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from sharing.agreements.views import agreements, parts, portal, public, registers, steps

app_name = "agreements"

HERE = "sharing/agreements/"
ONE = f"{HERE}<ref:ref>/"
OWN = "portal/agreement/"
OWN_ONE = f"{OWN}<ref:ref>/"

urlpatterns = [
    path("who-we-share-with/", public.WhoWeShareWith.as_view(), name="who"),
    path("who-we-share-with/agreements/", public.AgreementsInForce.as_view(), name="public"),
    path("neet/", public.search_word, name="search-word"),
    path(HERE, agreements.Agreements.as_view(), name="agreements"),
    path(f"{HERE}new/", agreements.NewAgreement.as_view(), name="new"),
    path(f"{HERE}privacy-notices/", registers.Notices.as_view(), name="notices"),
    path(f"{HERE}privacy-notices/new/", registers.NewNotice.as_view(), name="notice-new"),
    path(f"{HERE}programmes/", registers.Programmes.as_view(), name="programmes"),
    path(f"{HERE}programmes/new/", registers.NewProgramme.as_view(), name="programme-new"),
    path(
        f"{HERE}programmes/<ref:programme>/end/",
        registers.EndProgramme.as_view(),
        name="programme-end",
    ),
    path(f"{HERE}gateways/", registers.Gateways.as_view(), name="gateways"),
    path(f"{HERE}gateways/new/", registers.NewGateway.as_view(), name="gateway-new"),
    path(
        f"{HERE}gateways/<ref:gateway>/repeal/",
        registers.RepealGateway.as_view(),
        name="gateway-repeal",
    ),
    path(f"{HERE}wording/", registers.ShowWording.as_view(), name="wording"),
    path(
        f"{HERE}wording/<slug:kind>/publish/",
        registers.PublishWording.as_view(),
        name="wording-publish",
    ),
    path(ONE, agreements.ShowAgreement.as_view(), name="agreement"),
    path(f"{ONE}document/<int:number>/", agreements.Document.as_view(), name="document"),
    path(f"{ONE}signed/<int:number>/", agreements.SignedCopy.as_view(), name="signed"),
    path(f"{ONE}parts/<slug:part>/", parts.WritePart.as_view(), name="part"),
    path(f"{ONE}purposes/", parts.Purposes.as_view(), name="purposes"),
    path(
        f"{ONE}purposes/<slug:purpose>/take-out/", parts.DropPurpose.as_view(), name="purpose-drop"
    ),
    path(f"{ONE}annex/approve/", parts.ApproveAnnex.as_view(), name="annex-approve"),
    path(f"{ONE}people/", parts.People.as_view(), name="people"),
    path(f"{ONE}people/approve/", parts.ApprovePeople.as_view(), name="people-approve"),
    path(f"{ONE}people/<ref:person>/invite/", parts.InvitePerson.as_view(), name="person-invite"),
    path(f"{ONE}people/<ref:person>/end/", parts.EndPerson.as_view(), name="person-end"),
    path(f"{ONE}send/", steps.Send.as_view(), name="send"),
    path(f"{ONE}take-back/", steps.TakeBack.as_view(), name="take-back"),
    path(f"{ONE}withdraw/", steps.Withdraw.as_view(), name="withdraw"),
    path(f"{ONE}sign/", steps.Sign.as_view(), name="sign"),
    path(f"{ONE}countersign/", steps.Countersign.as_view(), name="countersign"),
    path(f"{ONE}returned/", agreements.ReturnedCopy.as_view(), name="returned"),
    path(f"{ONE}put-in-force/", steps.PutInForce.as_view(), name="put-in-force"),
    path(f"{ONE}review/", steps.AskReview.as_view(), name="review"),
    path(f"{ONE}review/close/", steps.CloseReview.as_view(), name="review-close"),
    path(f"{ONE}suspend/", steps.Suspend.as_view(), name="suspend"),
    path(f"{ONE}breach/", steps.RecordBreach.as_view(), name="breach"),
    path(f"{ONE}lift/", steps.Lift.as_view(), name="lift"),
    path(f"{ONE}end/", steps.End.as_view(), name="end"),
    path(f"{ONE}new-version/", steps.NewVersion.as_view(), name="new-version"),
    path(f"{ONE}audits/", registers.Audits.as_view(), name="audits"),
    path(f"{ONE}audits/new/", registers.NewAudit.as_view(), name="audit-new"),
    path(f"{ONE}audits/<int:number>/new/", registers.NewFinding.as_view(), name="finding-new"),
    path(f"{ONE}findings/<ref:finding>/", registers.FindingDone.as_view(), name="finding-done"),
    path(OWN, portal.OwnAgreements.as_view(), name="own-agreements"),
    path(
        f"{OWN}people/",
        portal.OwnAgreements.as_view(leads_to="agreements:own-people"),
        name="own-colleagues",
    ),
    path(OWN_ONE, portal.ShowOwn.as_view(), name="own"),
    path(f"{OWN_ONE}document/", portal.OwnDocument.as_view(), name="own-document"),
    path(f"{OWN_ONE}what-you-do/", portal.OwnAnnex.as_view(), name="own-annex"),
    path(f"{OWN_ONE}safeguards/", portal.OwnSafeguards.as_view(), name="own-safeguards"),
    path(f"{OWN_ONE}people/", portal.OwnPeople.as_view(), name="own-people"),
    path(
        f"{OWN_ONE}people/<ref:person>/end/", portal.OwnEndPerson.as_view(), name="own-person-end"
    ),
    path(f"{OWN_ONE}check/", portal.OwnCheck.as_view(), name="own-check"),
    path(f"{OWN_ONE}upload/", portal.OwnUpload.as_view(), name="own-upload"),
    path(f"{OWN_ONE}review/", portal.OwnAskReview.as_view(), name="own-review"),
]
