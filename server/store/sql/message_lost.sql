-- Messages whose server was gone before it knew what came of them: they may have arrived.
update outgoing_message
   set state = 'unknown', body = '', claimed_until = null, ended_at = now(), code = 'server_gone',
       note = 'the server that sent it ended before the answer'
 where state = 'sending' and claimed_until < now()
