* Makes the .sav and .zsav files of this folder: pspp make.sps.
DATA LIST LIST NOTABLE
  /ResultIdentifier (F8.0) visited (DATE11) contacted_at (DATETIME20) waited (TIME8) lasted (DTIME12)
   score (F8.2) nps (F2.0) csat (F1.0) region (A8) city (A20) weight (F8.4).
BEGIN DATA
1 "04-MAY-2026" "04-MAY-2026 10:15:00" "00:01:30" "1 02:03:04" 73.90 9 5 "N" "Tromsø" 1
2 "05-MAY-2026" "05-MAY-2026 23:59:59" "27:00:00" "0 00:00:05" -0.5 99 2 "S" "Đà Nẵng" 0.875
3 "29-FEB-2024" "01-JAN-2024 00:00:00" "." "." . -2 1 "X" "우체국" 1.125
4 "31-DEC-1999" "." "00:00:00" "." 100 10 8 "" 'a, "b"' .
END DATA.
VARIABLE LABELS nps "How likely are you to recommend us?" /city "Where, in words".
VALUE LABELS nps 0 "Not at all" 10 "Extremely" 99 "Don't know" /region "N" "North" "S" "South" "X" "Not said"
  /city "Tromsø" "Tromsø, Norge".
MISSING VALUES nps (LOWEST THRU -1, 99) /csat (6 THRU 9) /region ("X").
STRING remark (A600).
STRING long_city (A256).
COMPUTE long_city = CONCAT(RPAD("x", 254, "y"), "zZ").
COMPUTE remark = CONCAT(RPAD("b", 254, "c"), RPAD("d", 255, "e"), "end").
IF (ResultIdentifier = 4) remark = "short".
IF (ResultIdentifier = 4) long_city = "".
WEIGHT BY weight.
SAVE OUTFILE="bytecode.sav" /COMPRESSED.
SAVE OUTFILE="plain.sav" /UNCOMPRESSED.
SAVE OUTFILE="zlib.zsav" /ZCOMPRESSED.
