Attribute VB_Name = "wpxlBridge"
Option Explicit
Option Private Module
' The way to Python: one COM object, started by Windows on the first question and shared by all of this user's workbooks.
' No workbook's path, no command line and no library of our own is involved.

Private Const UDFS As String = "wpxl.hosts.excel_com.udfs"
Private Const MISMATCH As Long = vbObjectError + 513
Private Const MOST_TRIES As Long = 20
Private Const SECOND_OF_DAY As Double = 1 / 86400

Private mServer As Object
Private mProblem As String      ' why there was no answer, in a sentence
Private mQuietUntil As Date     ' until then nobody knocks again: thousands of cells must not each wait
Private mBusy As Boolean        ' the last knock met a server that is starting or at work
Private mTries As Long          ' how often waiting cells were calculated again
Private mWaiting As Collection  ' the cells that show #GETTING_DATA
Private mScheduled As Boolean

' The answer of a cell function: values and real errors; #GETTING_DATA while the server starts; never a zero.
Public Function WpxlAnswer(ByVal name As String, ByVal arguments As Variant) As Variant
    Dim answer As Variant
    If WpxlAsk(name, arguments, answer) Then
        mTries = 0
        WpxlAnswer = WpxlOut(answer)
    ElseIf mBusy And mTries < MOST_TRIES Then
        If mWaiting Is Nothing Then Set mWaiting = New Collection
        If TypeName(Application.Caller) = "Range" Then mWaiting.Add Application.Caller
        WpxlAnswer = CVErr(2043)
    ElseIf name = "WP_WHY" Then
        WpxlAnswer = Left$(mProblem, 255)
    Else
        WpxlAnswer = CVErr(2015)
    End If
End Function

' Ask Python. False: there is no answer, and WpxlProblem says why.
Public Function WpxlAsk(ByVal name As String, ByVal arguments As Variant, ByRef answer As Variant) As Boolean
    Dim again As Boolean
    Dim number As Long
    Dim said As String
    If Now < mQuietUntil Then Exit Function
    On Error GoTo failed
ask:
    answer = WpxlServer().CallUDF(UDFS, name, arguments)
    mProblem = ""
    mBusy = False
    WpxlAsk = True
    Exit Function
failed:
    number = Err.Number
    said = Err.Description
    If WpxlIsGone(number) And Not again Then
        again = True
        Set mServer = Nothing
        Resume ask
    End If
    WpxlNote number, said
End Function

Public Function WpxlProblem() As String
    WpxlProblem = mProblem
End Function

' After a calculation: the cells that wait are calculated again in two seconds. A cell function may not start a timer
' itself; the event after a calculation may.
Public Sub WpxlScheduleWaiting()
    If mScheduled Or mWaiting Is Nothing Then Exit Sub
    mScheduled = True
    Application.OnTime Now + 2 * SECOND_OF_DAY, "'" & ThisWorkbook.Name & "'!WpxlTryAgain"
End Sub

' By hand: just these cells. Else: their sheets, which Excel calculates when they are switched on again. (Range.Dirty would
' mark cells of the active sheet, whatever sheet they are on, and Range.Calculate leaves out what depends on them.)
Public Sub WpxlCalculateWaiting()
    Dim cells As Collection
    Dim cell As Variant
    mScheduled = False
    If mWaiting Is Nothing Then Exit Sub
    Set cells = mWaiting
    Set mWaiting = Nothing
    mQuietUntil = 0
    mTries = mTries + 1
    On Error Resume Next    ' a workbook may have been closed since
    If Application.Calculation = xlCalculationManual Then
        For Each cell In cells
            cell.Calculate
        Next cell
        Exit Sub
    End If
    For Each cell In cells
        cell.Worksheet.EnableCalculation = False
    Next cell
    For Each cell In cells
        If Not cell.Worksheet.EnableCalculation Then cell.Worksheet.EnableCalculation = True
    Next cell
End Sub

Private Function WpxlServer() As Object
    Dim fresh As Object
    Dim theirs As String
    If mServer Is Nothing Then
        Set fresh = CreateObject("wpxl.Server")
        theirs = fresh.CallUDF(UDFS, "wpxl_hello", Array(WPXL_VERSION))
        If theirs <> WPXL_VERSION Then
            Err.Raise MISMATCH, "wpxl", "The add-in in Excel is wpxl " & WPXL_VERSION & ", but this computer has wpxl " & _
                theirs & ": close Excel, run 'wpxl addin install', and start Excel again."
        End If
        Set mServer = fresh
    End If
    Set WpxlServer = mServer
End Function

' The server ended: 462, RPC server unavailable, call failed (twice), disconnected, not connected.
Private Function WpxlIsGone(ByVal number As Long) As Boolean
    Select Case number
        Case 462, -2147023174, -2147023170, -2147023169, -2147417848, -2147220995
            WpxlIsGone = True
    End Select
End Function

Private Sub WpxlNote(ByVal number As Long, ByVal said As String)
    Dim seconds As Long
    mBusy = False
    seconds = 10
    Select Case number
        Case 462, -2147023174, -2147023170, -2147023169, -2147417848, -2147220995
            mBusy = True
            Set mServer = Nothing
            mProblem = "wpxl's server ended and could not be started again: run 'wpxl addin doctor', which says what is wrong."
        Case -2147418111, -2147417846, -2146959355    ' rejected, retry later, did not start in time
            mBusy = True
            mProblem = "wpxl's server is busy or still starting: wait a moment, then calculate again with Ctrl+Alt+F9."
        Case 429, -2147221164, -2147221005                          ' no such class
            mProblem = "wpxl is not installed for this Windows user, or its server cannot start: run 'wpxl addin doctor'."
        Case MISMATCH
            mProblem = said
            seconds = 60
        Case Else
            mProblem = "wpxl could not answer (" & number & "): " & said
            seconds = 0
    End Select
    mQuietUntil = Now + seconds * SECOND_OF_DAY
End Sub
