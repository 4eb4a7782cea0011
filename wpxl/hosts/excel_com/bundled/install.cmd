@echo off
rem wpxl for Excel, for this Windows user. No administrator rights are needed; nothing is fetched from the network.
rem Copies the folder "python" to %LOCALAPPDATA%\Programs\wpxl and tells Excel. Deploying to many: install.cmd /quiet
setlocal
set "TARGET=%LOCALAPPDATA%\Programs\wpxl"
if exist "%TARGET%\python.exe" "%TARGET%\python.exe" -E -P -s -m wpxl addin stop --yes
robocopy "%~dp0python" "%TARGET%" /MIR /R:3 /W:2 /NFL /NDL /NJH /NJS /NP
if errorlevel 8 goto failed
"%TARGET%\python.exe" -E -P -s -m wpxl addin install
if errorlevel 1 goto failed
if not exist "%~dp0tables.zip" goto done
"%TARGET%\python.exe" -E -P -s -m wpxl data add "%~dp0tables.zip"
if errorlevel 1 goto failed
:done
if /i not "%~1"=="/quiet" pause
exit /b 0
:failed
echo wpxl was not installed: the lines above say why. Close Excel and try again, or ask IT.
if /i not "%~1"=="/quiet" pause
exit /b 1
