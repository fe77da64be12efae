"""The rooms of the house, each a blueprint."""

from examapp.web.accounts.views import room as accounts
from examapp.web.admin.views import room as admin
from examapp.web.assessments.views import room as assessments
from examapp.web.bank.views import room as bank
from examapp.web.certificates.views import room as certificates
from examapp.web.exams.views import room as exams
from examapp.web.home.views import room as home
from examapp.web.law_desk.views import room as law_desk
from examapp.web.law_news.views import room as law_news
from examapp.web.laws.views import room as laws
from examapp.web.laws_held.views import room as held
from examapp.web.lottery.views import room as lottery
from examapp.web.practice.views import room as practice
from examapp.web.record.views import room as record
from examapp.web.reports.views import room as reports
from examapp.web.sittings.views import room as sittings
from examapp.web.study.views import room as study

ROOMS = (
    home,
    accounts,
    study,
    practice,
    exams,
    lottery,
    sittings,
    certificates,
    assessments,
    bank,
    reports,
    laws,
    held,
    law_news,
    law_desk,
    admin,
    record,
)
