Attribute VB_Name = "wpxlValues"
Option Explicit
Option Private Module
' What crosses to Python and back: values, never ranges.

Private Const MARK As Long = 57344      ' U+E000, the private-use character that begins an error on its way here

' One argument as Python gets it. An omitted one stays omitted; a single blank cell becomes a block of one.
Public Function WpxlIn(Optional ByRef given As Variant) As Variant
    If IsObject(given) Then
        If TypeOf given Is Range Then
            WpxlIn = WpxlFromRange(given)
        Else
            WpxlIn = CVErr(2015)
        End If
    Else
        WpxlIn = given
    End If
    If IsEmpty(WpxlIn) Then WpxlIn = WpxlBlank()
End Function

' The cells of a range. One that reaches the foot of the sheet ends where the sheet's contents do; its top stays, so that
' answers stand beside their cells.
Private Function WpxlFromRange(ByVal area As Range) As Variant
    Dim sheet As Worksheet
    Dim height As Long, width As Long
    If area.Areas.Count > 1 Then
        WpxlFromRange = ChrW$(MARK) & "areas"
        Exit Function
    End If
    Set sheet = area.Worksheet
    height = area.Rows.Count
    width = area.Columns.Count
    If area.Row + height > sheet.Rows.Count Then
        height = WpxlUpTo(height, sheet.UsedRange.Row + sheet.UsedRange.Rows.Count - area.Row)
    End If
    If area.Column + width > sheet.Columns.Count Then
        width = WpxlUpTo(width, sheet.UsedRange.Column + sheet.UsedRange.Columns.Count - area.Column)
    End If
    Set area = area.Resize(height, width)
    If sheet.Parent.Date1904 Then
        WpxlFromRange = area.Value      ' dates come as dates: their numbers would mean other days
    Else
        WpxlFromRange = area.Value2
    End If
End Function

Private Function WpxlUpTo(ByVal most As Long, ByVal wanted As Long) As Long
    WpxlUpTo = wanted
    If wanted > most Then WpxlUpTo = most
    If wanted < 1 Then WpxlUpTo = 1
End Function

Private Function WpxlBlank() As Variant
    Dim block(0 To 0, 0 To 0) As Variant
    WpxlBlank = block
End Function

' An answer as Excel shows it: each error a real one, the shape kept.
Public Function WpxlOut(ByRef answer As Variant) As Variant
    Dim r As Long, c As Long
    If Not IsArray(answer) Then
        If WpxlIsError(answer) Then WpxlOut = WpxlError(answer) Else WpxlOut = answer
        Exit Function
    End If
    If WpxlIsOneRow(answer) Then
        For c = LBound(answer) To UBound(answer)
            If WpxlIsError(answer(c)) Then answer(c) = WpxlError(answer(c))
        Next c
    Else
        For c = LBound(answer, 2) To UBound(answer, 2)
            For r = LBound(answer, 1) To UBound(answer, 1)
                If WpxlIsError(answer(r, c)) Then answer(r, c) = WpxlError(answer(r, c))
            Next r
        Next c
    End If
    WpxlOut = answer
End Function

' xlwings hands a grid of one row over without its second dimension.
Private Function WpxlIsOneRow(ByRef answer As Variant) As Boolean
    Dim last As Long
    On Error Resume Next
    last = UBound(answer, 2)
    WpxlIsOneRow = (Err.Number <> 0)
    Err.Clear
End Function

Public Function WpxlIsError(ByRef value As Variant) As Boolean
    If VarType(value) = vbString Then
        If Len(value) > 0 Then WpxlIsError = ((AscW(value) And 65535) = MARK)    ' AscW is signed
    End If
End Function

Private Function WpxlError(ByVal value As String) As Variant
    WpxlError = CVErr(CLng(Mid$(value, 2)))
End Function
