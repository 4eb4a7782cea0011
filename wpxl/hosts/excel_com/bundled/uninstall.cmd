@echo off
rem Takes wpxl out of Excel for this Windows user and deletes the copied Python. Tables that were added stay.
setlocal
set "TARGET=%LOCALAPPDATA%\Programs\wpxl"
"%TARGET%\python.exe" -E -P -s -m wpxl addin uninstall --yes
if errorlevel 1 goto failed
rmdir /s /q "%TARGET%"
if /i not "%~1"=="/quiet" pause
exit /b 0
:failed
echo wpxl was not taken out: the lines above say why. Close Excel and try again.
if /i not "%~1"=="/quiet" pause
exit /b 1
