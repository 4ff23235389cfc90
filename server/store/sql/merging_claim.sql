-- Claims invitations of a wave that are to be merged, for $3 seconds. Their answers are read after this
-- (merging_read.sql): newer ones than of this version do no harm, older ones would be lost.
-- $1 wave_id int4
-- $2 most    int4
-- $3 seconds int4
-- > invitation_id int8
-- > version       int4
with due as (
	select invitation_id from invitation
	 where wave_id = $1 and version > merged and (claimed_until is null or claimed_until <= now())
	 order by invitation_id
	 limit $2
	   for update skip locked
)
update invitation i set claimed_until = now() + $3 * interval '1 second'
  from due where i.invitation_id = due.invitation_id
returning i.invitation_id, i.version
