Attribute VB_Name = "wpxlFunctions"
Option Explicit
' Written by 'wpxl addin build' from the catalogue of functions; change the declarations, not this module.

Public Const WPXL_VERSION As String = "0.1.0"

' Excel for Mac has no way to Python: there a formula keeps its saved value.
#If Not Mac Then

Public Function WP_ACTIVITY(attendance As Variant, _
        Optional learners As Variant, _
        Optional activity As Variant, _
        Optional basis As Variant, _
        Optional learner_attendance As Variant) As Variant
    WP_ACTIVITY = WpxlAnswer("WP_ACTIVITY", Array(WpxlIn(attendance), WpxlIn(learners), WpxlIn(activity), WpxlIn(basis), WpxlIn(learner_attendance)))
End Function

Public Function WP_CHECK(table As Variant, Optional academic_year As Variant) As Variant
    WP_CHECK = WpxlAnswer("WP_CHECK", Array(WpxlIn(table), WpxlIn(academic_year)))
End Function

Public Function WP_DATA() As Variant
    WP_DATA = WpxlAnswer("WP_DATA", Array())
End Function

Public Function WP_DUPLICATES(table As Variant) As Variant
    WP_DUPLICATES = WpxlAnswer("WP_DUPLICATES", Array(WpxlIn(table)))
End Function

Public Function WP_HEAT_ID(schools As Variant) As Variant
    WP_HEAT_ID = WpxlAnswer("WP_HEAT_ID", Array(WpxlIn(schools)))
End Function

Public Function WP_HE_READY(year_groups_or_dates_of_birth As Variant, Optional academic_year As Variant, Optional phase_adjustment As Variant) As Variant
    WP_HE_READY = WpxlAnswer("WP_HE_READY", Array(WpxlIn(year_groups_or_dates_of_birth), WpxlIn(academic_year), WpxlIn(phase_adjustment)))
End Function

Public Function WP_MEASURES() As Variant
    WP_MEASURES = WpxlAnswer("WP_MEASURES", Array())
End Function

Public Function WP_MODEL(model As Variant) As Variant
    WP_MODEL = WpxlAnswer("WP_MODEL", Array(WpxlIn(model)))
End Function

Public Function WP_MODELS() As Variant
    WP_MODELS = WpxlAnswer("WP_MODELS", Array())
End Function

Public Function WP_NSSEC(occupations As Variant, Optional employment_status As Variant, Optional organisation_size As Variant) As Variant
    WP_NSSEC = WpxlAnswer("WP_NSSEC", Array(WpxlIn(occupations), WpxlIn(employment_status), WpxlIn(organisation_size)))
End Function

Public Function WP_NSSEC_FIND(text As Variant, Optional limit As Variant) As Variant
    WP_NSSEC_FIND = WpxlAnswer("WP_NSSEC_FIND", Array(WpxlIn(text), WpxlIn(limit)))
End Function

Public Function WP_POSTCODE(postcodes As Variant, Optional measures As Variant, Optional headers As Variant) As Variant
    WP_POSTCODE = WpxlAnswer("WP_POSTCODE", Array(WpxlIn(postcodes), WpxlIn(measures), WpxlIn(headers)))
End Function

Public Function WP_POSTCODE_FORMAT(postcodes As Variant) As Variant
    WP_POSTCODE_FORMAT = WpxlAnswer("WP_POSTCODE_FORMAT", Array(WpxlIn(postcodes)))
End Function

Public Function WP_POSTCODE_STATUS(postcodes As Variant) As Variant
    WP_POSTCODE_STATUS = WpxlAnswer("WP_POSTCODE_STATUS", Array(WpxlIn(postcodes)))
End Function

Public Function WP_POSTCODE_SUGGEST(postcodes As Variant) As Variant
    WP_POSTCODE_SUGGEST = WpxlAnswer("WP_POSTCODE_SUGGEST", Array(WpxlIn(postcodes)))
End Function

Public Function WP_PRIORITY(schools_or_postcodes As Variant, Optional model As Variant) As Variant
    WP_PRIORITY = WpxlAnswer("WP_PRIORITY", Array(WpxlIn(schools_or_postcodes), WpxlIn(model)))
End Function

Public Function WP_PRIORITY_FROM(imd As Variant, _
        Optional nssec As Variant, _
        Optional ypr As Variant, _
        Optional ahe As Variant, _
        Optional fsm As Variant, _
        Optional model As Variant) As Variant
    WP_PRIORITY_FROM = WpxlAnswer("WP_PRIORITY_FROM", Array(WpxlIn(imd), WpxlIn(nssec), WpxlIn(ypr), WpxlIn(ahe), WpxlIn(fsm), WpxlIn(model)))
End Function

Public Function WP_SCHOOL(schools As Variant, Optional measures As Variant, Optional headers As Variant) As Variant
    WP_SCHOOL = WpxlAnswer("WP_SCHOOL", Array(WpxlIn(schools), WpxlIn(measures), WpxlIn(headers)))
End Function

Public Function WP_SCHOOL_FIND(Optional keyword As Variant, _
        Optional local_authority As Variant, _
        Optional region As Variant, _
        Optional limit As Variant) As Variant
    WP_SCHOOL_FIND = WpxlAnswer("WP_SCHOOL_FIND", Array(WpxlIn(keyword), WpxlIn(local_authority), WpxlIn(region), WpxlIn(limit)))
End Function

Public Function WP_SCHOOL_REPORT(Optional keyword As Variant, _
        Optional local_authority As Variant, _
        Optional region As Variant, _
        Optional model As Variant) As Variant
    WP_SCHOOL_REPORT = WpxlAnswer("WP_SCHOOL_REPORT", Array(WpxlIn(keyword), WpxlIn(local_authority), WpxlIn(region), WpxlIn(model)))
End Function

Public Function WP_SHARE(values_or_postcodes As Variant, measure As Variant, Optional rule As Variant) As Variant
    WP_SHARE = WpxlAnswer("WP_SHARE", Array(WpxlIn(values_or_postcodes), WpxlIn(measure), WpxlIn(rule)))
End Function

Public Function WP_SOURCES() As Variant
    WP_SOURCES = WpxlAnswer("WP_SOURCES", Array())
End Function

Public Function WP_TARGET(postcodes As Variant, _
        Optional fsm As Variant, _
        Optional bursary As Variant, _
        Optional parental_he As Variant, _
        Optional nssec As Variant, _
        Optional disabled As Variant, _
        Optional in_care As Variant, _
        Optional estranged As Variant, _
        Optional carer As Variant, _
        Optional model As Variant) As Variant
    WP_TARGET = WpxlAnswer("WP_TARGET", Array(WpxlIn(postcodes), WpxlIn(fsm), WpxlIn(bursary), WpxlIn(parental_he), WpxlIn(nssec), WpxlIn(disabled), WpxlIn(in_care), WpxlIn(estranged), WpxlIn(carer), WpxlIn(model)))
End Function

Public Function WP_TARGET_SCORE(postcodes As Variant, _
        Optional fsm As Variant, _
        Optional bursary As Variant, _
        Optional parental_he As Variant, _
        Optional nssec As Variant, _
        Optional disabled As Variant, _
        Optional in_care As Variant, _
        Optional estranged As Variant, _
        Optional carer As Variant, _
        Optional model As Variant) As Variant
    WP_TARGET_SCORE = WpxlAnswer("WP_TARGET_SCORE", Array(WpxlIn(postcodes), WpxlIn(fsm), WpxlIn(bursary), WpxlIn(parental_he), WpxlIn(nssec), WpxlIn(disabled), WpxlIn(in_care), WpxlIn(estranged), WpxlIn(carer), WpxlIn(model)))
End Function

Public Function WP_TRACKING_YEAR(he_ready_years As Variant) As Variant
    WP_TRACKING_YEAR = WpxlAnswer("WP_TRACKING_YEAR", Array(WpxlIn(he_ready_years)))
End Function

Public Function WP_WHY(function_ As Variant, ParamArray arguments() As Variant) As Variant
    Dim given() As Variant
    Dim i As Long
    ReDim given(0 To UBound(arguments) + 1)
    given(0) = WpxlIn(function_)
    For i = 0 To UBound(arguments)
        given(i + 1) = WpxlIn(arguments(i))
    Next i
    WP_WHY = WpxlAnswer("WP_WHY", given)
End Function

#End If

' The function wizard's words.
Public Sub WpxlRegisterHelp()
    WpxlHelp_ACTIVITY
    WpxlHelp_CHECK
    WpxlHelp_DATA
    WpxlHelp_DUPLICATES
    WpxlHelp_HEAT_ID
    WpxlHelp_HE_READY
    WpxlHelp_MEASURES
    WpxlHelp_MODEL
    WpxlHelp_MODELS
    WpxlHelp_NSSEC
    WpxlHelp_NSSEC_FIND
    WpxlHelp_POSTCODE
    WpxlHelp_POSTCODE_FORMAT
    WpxlHelp_POSTCODE_STATUS
    WpxlHelp_POSTCODE_SUGGEST
    WpxlHelp_PRIORITY
    WpxlHelp_PRIORITY_FROM
    WpxlHelp_SCHOOL
    WpxlHelp_SCHOOL_FIND
    WpxlHelp_SCHOOL_REPORT
    WpxlHelp_SHARE
    WpxlHelp_SOURCES
    WpxlHelp_TARGET
    WpxlHelp_TARGET_SCORE
    WpxlHelp_TRACKING_YEAR
    WpxlHelp_WHY
End Sub

Private Sub WpxlHelp_ACTIVITY()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_ACTIVITY", _
        Category:="Widening participation", _
        Description:="The guide's activity report: organisation, audience group, priority activity, number attending and five percentages.", _
        ArgumentDescriptions:=Array( _
            "The attendance list with its headings, as in Attendance[#All]: activity, organisation, year group, number attending.", _
            "The list of learners with its headings: activity, home postcode, FSM, NS-SEC and so on.", _
            "One activity, for its combined profile; ""each"" for that of every one. Left out: a row an organisation.", _
            "organisation or learner. Left out: learners where more than half of those attending have a profile.", _
            "Who came to what (activity, learner), where the list of learners does not say it.")
End Sub

Private Sub WpxlHelp_CHECK()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_CHECK", _
        Category:="Widening participation", _
        Description:="What is wrong in a list of learners, activities, attendance or schools, cell by cell, before it is uploaded.", _
        ArgumentDescriptions:=Array( _
            "The list with its headings, as in Learners[#All]: learners, activities, attendance or schools.", _
            "The year the list is of: 2025/26. Left out: ages are judged by what most of them fit.")
End Sub

Private Sub WpxlHelp_DATA()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_DATA", _
        Category:="Widening participation", _
        Description:="The lookup tables that answers come from now: edition, rows, vintage and what each answers."
End Sub

Private Sub WpxlHelp_DUPLICATES()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_DUPLICATES", _
        Category:="Widening participation", _
        Description:="Rows of a list of learners that may be the same learner: typing slips, nicknames, swapped names, moved house; twins are not.", _
        ArgumentDescriptions:=Array( _
            "The list with its headings, as in Learners[#All]: learners, activities, attendance or schools.")
End Sub

Private Sub WpxlHelp_HEAT_ID()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_HEAT_ID", _
        Category:="Widening participation", _
        Description:="The HEAT ID of each school as text with its #; that of HEAT's ""Unknown Institution"" where the list has none for it.", _
        ArgumentDescriptions:=Array( _
            "A school or a range of them: URN, LAESTAB, UKPRN, HEAT ID, or the exact name (with the local authority or postcode after a comma where names repeat).")
End Sub

Private Sub WpxlHelp_HE_READY()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_HE_READY", _
        Category:="Widening participation", _
        Description:="The academic year in which each learner can enter higher education at 18, from a year group or a date of birth.", _
        ArgumentDescriptions:=Array( _
            "A year group (12, Year 12) or a date of birth, or a range.", _
            "The year that the year group is of: 2025/26. With a birth date it only tells who is a mature learner.", _
            "Whole years that a learner is behind (1) or ahead (-1); HEAT's Phase Adjustment.")
End Sub

Private Sub WpxlHelp_MEASURES()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_MEASURES", _
        Category:="Widening participation", _
        Description:="Every measure wpxl knows by name, with its unit, vintage and source, and whether its table is installed."
End Sub

Private Sub WpxlHelp_MODEL()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_MODEL", _
        Category:="Widening participation", _
        Description:="What a targeting model says: its rules in order, its criteria with thresholds, weights and sources, its options.", _
        ArgumentDescriptions:=Array( _
            "The name of a model, with options after semicolons if you like.")
End Sub

Private Sub WpxlHelp_MODELS()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_MODELS", _
        Category:="Widening participation", _
        Description:="Every targeting model there is: what it is about, its versions, its options and its source."
End Sub

Private Sub WpxlHelp_NSSEC()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_NSSEC", _
        Category:="Widening participation", _
        Description:="NS-SEC class of each occupation: 2 to 8, 1.1 or 1.2, NC, or #N/A where WP_WHY has the one question that settles it.", _
        ArgumentDescriptions:=Array( _
            "An occupation as people write it, or a range of them. A class (4, NS-SEC 4, NC) or a SOC 2020 code counts too.", _
            "Employer, self-employed, manager, supervisor or employee. Left out or blank: what the occupation itself says.", _
            "People at the workplace, or large (25 and over) or small.")
End Sub

Private Sub WpxlHelp_NSSEC_FIND()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_NSSEC_FIND", _
        Category:="Widening participation", _
        Description:="Occupations near a text, best first: SOC 2020 unit group, its title, NS-SEC class, and how sure the match is.", _
        ArgumentDescriptions:=Array( _
            "An occupation, or part of one.", _
            "The most rows to give. Left out: 10.")
End Sub

Private Sub WpxlHelp_POSTCODE()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_POSTCODE", _
        Category:="Widening participation", _
        Description:="The chosen measures of each postcode, one column each, in the order given.", _
        ArgumentDescriptions:=Array( _
            "A postcode, or a range of them, as people type them.", _
            "Names of measures or of a group, as text with commas or a range: ""IMD rank, POLAR4"". Left out: ""standard"".", _
            "TRUE puts a row of headings, with vintages, above the answer.")
End Sub

Private Sub WpxlHelp_POSTCODE_FORMAT()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_POSTCODE_FORMAT", _
        Category:="Widening participation", _
        Description:="Each postcode in the usual form: capitals, and one space before the last three characters.", _
        ArgumentDescriptions:=Array( _
            "A postcode, or a range of them, as people type them.")
End Sub

Private Sub WpxlHelp_POSTCODE_STATUS()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_POSTCODE_STATUS", _
        Category:="Widening participation", _
        Description:="Whether each postcode is live, ended (with the month), listed, not found, not in England, or not a postcode.", _
        ArgumentDescriptions:=Array( _
            "A postcode, or a range of them, as people type them.")
End Sub

Private Sub WpxlHelp_POSTCODE_SUGGEST()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_POSTCODE_SUGGEST", _
        Category:="Widening participation", _
        Description:="Likely repairs of each postcode that exist: O for 0, I for 1, swapped or doubled characters, a lost space.", _
        ArgumentDescriptions:=Array( _
            "A postcode, or a range of them, as people type them.")
End Sub

Private Sub WpxlHelp_PRIORITY()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_PRIORITY", _
        Category:="Widening participation", _
        Description:="The priority of each school or college by a targeting model: High, Medium or Low. A postcode gets that of its areas.", _
        ArgumentDescriptions:=Array( _
            "A school or college by URN, LAESTAB, UKPRN, HEAT ID or name; or a postcode, for its area; or a range.", _
            "A model about schools or areas. Left out: ""aimhigher-2011-school"". WP_MODELS lists them.")
End Sub

Private Sub WpxlHelp_PRIORITY_FROM()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_PRIORITY_FROM", _
        Category:="Widening participation", _
        Description:="The priority that follows from percentages in cells: IMD 40 %, NS-SEC 4-8, YPR, AHE, free school meals, in that order.", _
        ArgumentDescriptions:=Array( _
            "% of learners in the 40 % most deprived areas.", _
            "% of learners in NS-SEC 4-8.", _
            "% of learners in POLAR2 young participation (YPR) quintiles 1-2.", _
            "% of learners in POLAR2 adult HE (AHE) quintiles 1-2.", _
            "% of learners eligible for free school meals; 'not applicable' for a college.", _
            "A model about schools or areas. Left out: ""aimhigher-2011-school"". WP_MODELS lists them.")
End Sub

Private Sub WpxlHelp_SCHOOL()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_SCHOOL", _
        Category:="Widening participation", _
        Description:="The chosen measures of each school or college, one column each, in the order given.", _
        ArgumentDescriptions:=Array( _
            "A school or a range of them: URN, LAESTAB, UKPRN, HEAT ID, or the exact name (with the local authority or postcode after a comma where names repeat).", _
            "Names of measures or of a group, as text with commas or a range: ""IMD 40 %, FSM %"". Left out: ""school"".", _
            "TRUE puts a row of headings, with vintages, above the answer.")
End Sub

Private Sub WpxlHelp_SCHOOL_FIND()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_SCHOOL_FIND", _
        Category:="Widening participation", _
        Description:="Schools and colleges whose names are like a keyword, or all of an area: the likeliest first, open ones before closed.", _
        ArgumentDescriptions:=Array( _
            "What you remember of the name: words in any order, parts of words, misspelt words. May be left out where an area is given.", _
            "Only schools of this local authority: its name, or its three-digit code.", _
            "Only schools of this region.", _
            "The most rows to give. Left out: 20.")
End Sub

Private Sub WpxlHelp_SCHOOL_REPORT()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_SCHOOL_REPORT", _
        Category:="Widening participation", _
        Description:="The school report of a selection: learners, priority, each measure of the model with its band, SEN, KS4 and KS5.", _
        ArgumentDescriptions:=Array( _
            "What you remember of the name: words in any order, parts of words, misspelt words. May be left out where an area is given.", _
            "Only schools of this local authority: its name, or its three-digit code.", _
            "Only schools of this region.", _
            "The targeting model that gives priority and bands. Left out: ""aimhigher-2011-school"". WP_MODELS lists them.")
End Sub

Private Sub WpxlHelp_SHARE()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_SHARE", _
        Category:="Widening participation", _
        Description:="The share of a target group: %, how many are in it, of how many it is known, the coverage in %, and the rule in words.", _
        ArgumentDescriptions:=Array( _
            "Postcodes, or values of the measure that are already in cells.", _
            "A measure such as ""IMD rank 2010"" or ""POLAR4"", or an answer: FSM, parental HE, NS-SEC, disabled.", _
            "Who counts: ""q1"", ""q1-2"", ""40 %"", "">= 61"", ""4-8"", ""yes"". Left out: the usual target group.")
End Sub

Private Sub WpxlHelp_SOURCES()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_SOURCES", _
        Category:="Widening participation", _
        Description:="Where each installed table came from: publisher, vintage, licence, file, checksum and the time it was added."
End Sub

Private Sub WpxlHelp_TARGET()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_TARGET", _
        Category:="Widening participation", _
        Description:="Whether each learner is a target learner by a model: Target, Not target, or #N/A where what is known does not settle it.", _
        ArgumentDescriptions:=Array( _
            "A learner's home postcode, or a range; a bare number is an IMD rank.", _
            "Eligible for free school meals: Y or N; blank is not known.", _
            "Receives the 16-19 bursary: Y or N. It does not apply below Year 12.", _
            "Whether a parent has higher education: Y means the criterion is NOT met.", _
            "NS-SEC class (1 to 8), a band such as 4-8 as text, or a parent's occupation.", _
            "Disabled: Y or N, or the disability.", _
            "In care or care-experienced: Y or N.", _
            "Estranged from parents: Y or N. Used by current-learner.", _
            "A young carer: Y or N. Used by current-learner.", _
            "A targeting model, with options after semicolons. Left out: ""aimhigher-2011-learner"". WP_MODELS lists them.")
End Sub

Private Sub WpxlHelp_TARGET_SCORE()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_TARGET_SCORE", _
        Category:="Widening participation", _
        Description:="The selection score of each learner: the sum of the weights of the criteria that are met.", _
        ArgumentDescriptions:=Array( _
            "A learner's home postcode, or a range; a bare number is an IMD rank.", _
            "Eligible for free school meals: Y or N; blank is not known.", _
            "Receives the 16-19 bursary: Y or N. It does not apply below Year 12.", _
            "Whether a parent has higher education: Y means the criterion is NOT met.", _
            "NS-SEC class (1 to 8), a band such as 4-8 as text, or a parent's occupation.", _
            "Disabled: Y or N, or the disability.", _
            "In care or care-experienced: Y or N.", _
            "Estranged from parents: Y or N. Used by current-learner.", _
            "A young carer: Y or N. Used by current-learner.", _
            "A targeting model, with options after semicolons. Left out: ""aimhigher-2011-learner"". WP_MODELS lists them.")
End Sub

Private Sub WpxlHelp_TRACKING_YEAR()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_TRACKING_YEAR", _
        Category:="Widening participation", _
        Description:="The year in which tracking data of each HE-ready year is expected: 2029 for 2027/28.", _
        ArgumentDescriptions:=Array( _
            "HE-ready years such as 2027/28, or a range of them.")
End Sub

Private Sub WpxlHelp_WHY()
    Application.MacroOptions _
        Macro:="'" & ThisWorkbook.Name & "'!WP_WHY", _
        Category:="Widening participation", _
        Description:="The sentence behind any answer: what was found and where it came from, or what is wrong and what to do.", _
        ArgumentDescriptions:=Array( _
            "The name of a function, in quotation marks: ""WP_POSTCODE"".", _
            "Then the arguments of that function, just as they stand in its own formula.")
End Sub
