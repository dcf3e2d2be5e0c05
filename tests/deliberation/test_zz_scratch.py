import datetime as dt, re, time
from uuid import uuid4
from pathlib import Path
from django.contrib.staticfiles import finders
from shangliang.deliberation.actions import lines, sitting
from shangliang.deliberation.actions.lines import Written
from shangliang.deliberation.models import Attendee, Meeting, AgendaPart
from shangliang.deliberation.links import token_of
from tests.scenes_minutes import held
from tests.scenes_sitting import people
OUT = Path('/tmp/rev-shots'); OUT.mkdir(exist_ok=True)
def save(name, html):
    def at(m):
        f = m.group(1).split('?')[0]
        f = re.sub(r'\.[0-9a-f]{12}(\.\w+)$', r'\1', f)
        found = finders.find(f)
        return 'file://' + found if found else m.group(0)
    html = re.sub(r'/static/([^"\')#]+)', at, html)
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', '', html)
    (OUT / f'{name}.html').write_text(html)
def test_shots(cast):
    meeting = held(cast)
    Meeting.objects.filter(pk=meeting.pk).update(title='光明社区五号院楼道充电与底楼住户安静问题第二次面对面协商议事会扩大会议（含物业公司、业主委员会、区房管局各方代表）'[:60])
    a, b = people(meeting)[:2]
    Attendee.objects.filter(pk=a.pk).update(role='区住房和城乡建设管理局物业科负责同志三')
    AgendaPart.objects.filter(meeting=meeting, position=0).update(label='主持人说明协商的事由、规则和时间安排，请各方先说自己知道的情况和看法，不打断'[:40])
    c = cast.client('convenor')
    save('sitting', c.get(cast.url('deliberation:sitting', meeting_id=meeting.pk)).text)
    save('minutes', c.get(cast.url('deliberation:minutes', meeting_id=meeting.pk)).text)
    save('meeting', c.get(cast.url('deliberation:meeting', meeting_id=meeting.pk)).text)
    Attendee.objects.filter(pk=b.pk).update(is_online=True)
    r = c.post(cast.url('deliberation:speak_up', token=token_of(b)), {'words': '打 13800001234 找我', 'stamp': ''})
    save('seat', r.text)
    line = meeting.lines.order_by('said_at')[0]
    save('erase', c.get(cast.url('deliberation:erase_said', meeting_id=meeting.pk, words_id=line.words_id)).text)
    # speed
    from shangliang.core import clock
    now = clock.now()
    rows = [Attendee(tenant_id=meeting.tenant_id, meeting=meeting, seat='residents', role=f'居民代表 {n+100}', signed_in_at=now, signed_in_how='hand', answer='coming') for n in range(300)]
    Attendee.objects.bulk_create(rows)
    t = time.time()
    for _ in range(20):
        lines.write_lines(cast.community, meeting.pk, [Written(uuid4(), '离窗户远一点，晚上十点以后不充电', attendee=rows[0].pk) for _n in range(100)])
    print('write 2000', time.time() - t)
    for name in ('sitting', 'minutes', 'meeting', 'changes', 'table'):
        t = time.time(); r = c.get(cast.url(f'deliberation:{name}', meeting_id=meeting.pk)); print(name, r.status_code, len(r.content), round(time.time() - t, 2))
    from shangliang.deliberation.actions import minutes
    t = time.time(); minutes.close(cast.convenor, meeting.pk, None); print('close', time.time() - t)
    for name in ('minutes', 'minutes_docx'):
        t = time.time(); r = c.get(cast.url(f'deliberation:{name}', meeting_id=meeting.pk)); print(name, r.status_code, round(time.time() - t, 2))
