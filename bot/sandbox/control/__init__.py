"""The control API: what a person does in Slack, and what they see, as JSON for tests and for the page.

People are named by id or handle, channels by id or name ("#" or not), and "@backchannel" is one's own IM with the app.

POST `/_control/…` with a JSON object:

| action | fields | answer beside `ok` |
|---|---|---|
| message | user, channel, text, thread_ts? | channel, ts |
| command | user, channel, command, text? | acked, envelope_id, saw, error? |
| interact | user, action; channel + messageTs, or viewId, or home | acked (null: not sent), envelope_id, url?, saw? |
| submit | user, values? | outcome, errors?, error?, saw? |
| close | user | acked, envelope_id |
| open-home, open-dm | user | told (whether the app asked for the event), view or channel |
| join, leave | channel, user? (the bot), inviter? | channel, user |
| archive | channel, user? | channel |
| disconnect | reason?; or frame=false: cut without a word | told (how many sockets), cut? |
| faults | fault, and how often and where: see `arming` | id |
| reset | | |

DELETE `/_control/faults`, or `/_control/faults?id=3`, disarms; GET `/_control/faults` lists.
GET `/_control/messages/CHANNEL?user=`, `/_control/state`, `/_control/log?after=&kind=`; WebSocket `/_control/stream`.
"""
