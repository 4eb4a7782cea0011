Attribute VB_Name = "wpxlRibbon"
Option Explicit
' What Excel itself calls: the ribbon's buttons, and what is put off until Excel is at rest.

Private Const PREFIX As String = "wpxl_"    ' of the ids of the ribbon's buttons
Private mHelped As Boolean

' Every button comes here. Its id, without the prefix, is the name of its action.
Public Sub WpxlOnAction(control As Object)
    Dim said As Variant
    Dim failed As Boolean
#If Mac Then
    MsgBox "wpxl's functions and buttons need Excel on Windows. On a Mac the values that a workbook was saved with stay; " & _
        "new ones come from the command 'wpxl profile' or from LibreOffice Calc.", vbInformation, "wpxl"
#Else
    If ActiveWorkbook Is Nothing Then
        MsgBox "Open a workbook first: this button works on the sheet that you see.", vbInformation, "wpxl"
        Exit Sub
    End If
    Application.StatusBar = "wpxl is at work..."
    If WpxlAsk("wpxl_action", Array(Mid$(control.ID, Len(PREFIX) + 1), ActiveWorkbook), said) Then
        failed = WpxlIsError(said)
        If failed Then said = Mid$(said, 2)
    Else
        failed = True
        said = WpxlProblem()
    End If
    Application.StatusBar = False
    MsgBox said, IIf(failed, vbExclamation, vbInformation), "wpxl"
#End If
End Sub

' When Excel is at rest after starting: wake the server, tell the function wizard, mend the links of open workbooks.
Public Sub WpxlStart()
    Dim book As Workbook
    Dim version As Variant
#If Not Mac Then
    If Not WpxlAsk("wpxl_hello", Array(WPXL_VERSION), version) Then Application.StatusBar = WpxlProblem()
    For Each book In Application.Workbooks
        WpxlOpened book
    Next book
#End If
End Sub

Public Sub WpxlTryAgain()
    WpxlCalculateWaiting
End Sub

' A workbook was opened. One that a colleague saved names their add-in by its path: point it at this one.
Public Sub WpxlOpened(ByVal book As Workbook)
    Dim sources As Variant
    Dim clean As Boolean
    Dim i As Long
#If Not Mac Then
    On Error Resume Next
    If Not mHelped Then WpxlHelp
    sources = book.LinkSources(xlExcelLinks)
    If IsEmpty(sources) Then Exit Sub
    clean = book.Saved
    For i = LBound(sources) To UBound(sources)
        If WpxlIsElsewhere(sources(i)) Then book.ChangeLink sources(i), ThisWorkbook.FullName, xlExcelLinks
    Next i
    If clean Then book.Saved = True
#End If
End Sub

' The function wizard's help. Excel takes it only while some workbook is to be seen, and from an add-in, which is hidden, on
' some versions only while it is not one.
Private Sub WpxlHelp()
    On Error Resume Next
    WpxlRegisterHelp
    If Err.Number = 1004 Then
        Err.Clear
        ThisWorkbook.IsAddin = False
        WpxlRegisterHelp
        mHelped = (Err.Number = 0)
        ThisWorkbook.IsAddin = True
        ThisWorkbook.Saved = True
    Else
        mHelped = (Err.Number = 0)
    End If
End Sub

' A path to a file of this add-in's name that is not this file.
Private Function WpxlIsElsewhere(ByVal path As String) As Boolean
    Dim name As String
    name = Mid$(path, InStrRev(Replace(path, "/", "\"), "\") + 1)
    WpxlIsElsewhere = (StrComp(name, ThisWorkbook.Name, vbTextCompare) = 0) And (StrComp(path, ThisWorkbook.FullName, vbTextCompare) <> 0)
End Function
