import pytest
from tests import scenes_meetings as scenes
from tests.cast import cast
from shangliang.deliberation.links import token_of
from shangliang.deliberation.models import Attendee
def test_pages(cast):
    c=cast.client("convenor")
    m=scenes.called_meeting(cast)
    scenes.public_request(cast,m)
    for name,kw in [("meetings",{}),("meeting",{"meeting_id":m.pk}),("change_meeting",{"meeting_id":m.pk}),("move_meeting",{"meeting_id":m.pk}),("cancel_meeting",{"meeting_id":m.pk}),("call_meeting",{"meeting_id":m.pk}),("invite",{"meeting_id":m.pk}),("letters",{"meeting_id":m.pk}),("sign_in",{"meeting_id":m.pk}),("door_sheet",{"meeting_id":m.pk}),("join_meeting",{"meeting_id":m.pk}),("meeting_ics",{"meeting_id":m.pk}),("meeting_poster",{"meeting_id":m.pk})]:
        r=c.get(cast.url("deliberation:"+name,**kw))
        assert r.status_code==200,(name,r.status_code)
    r=c.get(cast.url("deliberation:invite",meeting_id=m.pk)+"?q=区")
    assert r.status_code==200
    one=Attendee.objects.filter(meeting=m).order_by("pk")[0]
    for name in ("take_off","describe_attendee","seat_attendee","recuse_attendee"):
        assert c.get(cast.url("deliberation:"+name,attendee_id=one.pk)).status_code==200,name
    assert c.post(cast.url("deliberation:attendee_phone",attendee_id=one.pk)).status_code==200
    for name in ("seat","stay_out","seat_ics"):
        assert cast.client().get(cast.url("deliberation:"+name,token=token_of(one))).status_code==200,name
    t=scenes.investigated_topic(cast)
    assert c.get(cast.url("deliberation:plan_meeting",topic_id=t.pk)).status_code==200
    r=c.get(cast.url("deliberation:plan_meeting",topic_id=t.pk)+"?form=council")
    assert r.status_code==200
    open("/tmp/plan.html","w").write(r.content.decode())
