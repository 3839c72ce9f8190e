@echo off
rem One entry for people: run.cmd opens the application; run.cmd setup, run.cmd test, run.cmd demo DIR.
setlocal EnableExtensions
chcp 65001 >nul
set "PYTHONUTF8=1"
set "root=%~dp0"
if "%root:~-1%"=="\" set "root=%root:~0,-1%"
set "venv=%root%\.venv"
set "python=%venv%\Scripts\python.exe"

call :setup
if errorlevel 1 exit /b 3
if /i "%~1"=="setup" exit /b 0
if /i "%~1"=="test" goto test
"%python%" -m envoy_app %*
exit /b %errorlevel%

:test
set "QT_QPA_PLATFORM=offscreen"
set "select=-m "not slow""
if /i "%~2"=="--all" set "select=-m "slow or not slow""
pushd "%root%"
"%venv%\Scripts\ruff.exe" check . || goto failed
"%venv%\Scripts\ruff.exe" format --check . || goto failed
"%python%" -m mypy || goto failed
"%venv%\Scripts\lint-imports.exe" || goto failed
"%python%" -m pytest -n 2 --dist loadfile --no-loadscope-reorder %select% || goto failed
popd
exit /b 0
:failed
popd
exit /b 1

:setup
call :find_python
if not defined base (
    echo 没有找到 Python 3.11 或更新版本，请先安装 Python 并勾选“Add python.exe to PATH”。 1>&2
    exit /b 1
)
rem The environment is made anew exactly when the lock or the project file change.
if not exist "%python%" goto install
fc /b "%root%\requirements.lock" "%venv%\requirements.stamp" >nul 2>&1 || goto install
fc /b "%root%\pyproject.toml" "%venv%\pyproject.stamp" >nul 2>&1 || goto install
exit /b 0

:install
echo 正在准备运行环境（首次约需几分钟）…… 1>&2
if exist "%venv%" rmdir /s /q "%venv%"
%base% -m venv "%venv%" || goto broken
"%python%" -m pip install -q --disable-pip-version-check --require-hashes -r "%root%\requirements.lock" || goto broken
"%python%" -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e "%root%" || goto broken
copy /y "%root%\requirements.lock" "%venv%\requirements.stamp" >nul
copy /y "%root%\pyproject.toml" "%venv%\pyproject.stamp" >nul
echo 运行环境已就绪。 1>&2
exit /b 0
:broken
echo 运行环境没有装好，请检查网络和磁盘空间后重新运行 run.cmd setup。 1>&2
exit /b 1

:find_python
set "base="
for %%V in (3.14 3.13 3.12 3.11) do (
    if not defined base (
        py -%%V -c "import venv" >nul 2>&1 && set "base=py -%%V"
    )
)
if not defined base (
    python -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))" >nul 2>&1 && set "base=python"
)
exit /b 0
