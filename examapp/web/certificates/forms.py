"""Forms for looking a certificate up and for revoking one."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from examapp.services.certificates.issuing import REASON_MAX
from examapp.web.forms import Form


class LookUp(Form):
    """A serial as typed from the paper; asked for with GET, so there is nothing to forge."""

    class Meta(Form.Meta):
        """Without a token: the form changes nothing."""

        csrf = False

    serial = StringField(_l("Number of the certificate"), [DataRequired(), Length(max=60)])


class Revoke(Form):
    """Why a certificate is taken back."""

    because = TextAreaField(_l("Reason"), [DataRequired(), Length(max=REASON_MAX)])
