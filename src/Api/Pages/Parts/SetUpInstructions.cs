using System.Net;
using PyWharf.Domain;

namespace PyWharf.Api.Pages.Parts;

/// <summary>What clients need to know of a repository, as text to be copied; docs/clients.md explains it.</summary>
/// <param name="server">The server's URL as the visitor's browser sees it, without a trailing slash.</param>
/// <param name="repository">The repository.</param>
/// <param name="secret">The secret or token that clients send; a placeholder where none is known.</param>
public sealed class SetUpInstructions(string server, RepositoryName repository, string secret = "SECRET")
{
    private readonly Uri? _server = Uri.TryCreate(server, UriKind.Absolute, out var url) ? url : null;

    /// <summary>The command that uploads what was built.</summary>
    public string Upload => $"twine upload --repository-url {server}/{repository}/legacy/ -u {repository} dist/*";

    /// <summary>pip's configuration.</summary>
    public string PipConf => $"[global]\nindex-url = {WithCredentials}\n{(IsUntrusted ? $"trusted-host = {_server!.Authority}\n" : "")}";

    /// <summary>The configuration of twine and other uploaders.</summary>
    public string PyPiRc =>
        $"[distutils]\nindex-servers = {repository}\n\n[{repository}]\nrepository = {server}/{repository}/legacy/\nusername = {repository}\npassword = {secret}\n";

    /// <summary>twine's variables, for a CI job.</summary>
    public string TwineVariables => $"TWINE_REPOSITORY_URL={server}/{repository}/legacy/\nTWINE_USERNAME=__token__\nTWINE_PASSWORD={secret}\n";

    /// <summary>Id, title and text of each block that holds for the whole repository.</summary>
    public IReadOnlyList<(string Id, string Title, string Text)> Blocks =>
    [
        ("set-up-pip-conf", "pip.conf", PipConf),
        ("set-up-pypirc", ".pypirc", PyPiRc),
        ("set-up-uv-toml", "uv.toml", $"[[index]]\nname = \"{repository}\"\nurl = \"{Simple}\"\npublish-url = \"{server}/{repository}/legacy/\"\ndefault = true\n"),
        ("set-up-github-actions", "GitHub Actions",
            $$$"""
            - run: pip install twine build && python -m build
            - run: twine upload --repository-url {{{server}}}/{{{repository}}}/legacy/ dist/*
              env:
                TWINE_USERNAME: {{{repository}}}
                TWINE_PASSWORD: ${{ secrets.PYWHARF_TOKEN }}

            """),
    ];

    /// <summary>Id, title and text of each block that installs a project.</summary>
    /// <param name="requirement">The project, or <c>name==version</c>.</param>
    public IReadOnlyList<(string Id, string Title, string Text)> InstallBlocks(string requirement) =>
    [
        ("install-pip", "pip", $"pip install --index-url {Simple}{(IsUntrusted ? $" --trusted-host {_server!.Authority}" : "")} {requirement}\n"),
        ("install-uv", "uv", $"uv add --index {repository}={Simple} {requirement}\n"),
        ("install-poetry", "poetry", $"poetry source add {repository} {Simple}\npoetry config http-basic.{repository} {repository} {secret}\npoetry add --source {repository} {requirement}\n"),
        ("install-pdm", "pdm", $"pdm config pypi.{repository}.url {Simple}\npdm config pypi.{repository}.username {repository}\npdm config pypi.{repository}.password {secret}\npdm add {requirement}\n"),
    ];

    private string Simple => $"{server}/{repository}/simple/";

    private string WithCredentials => _server is null
        ? Simple
        : $"{_server.Scheme}://{repository}:{secret}@{_server.Authority}{_server.AbsolutePath.TrimEnd('/')}/{repository}/simple/";

    // pip skips an index without TLS on another machine unless it is told to trust it.
    private bool IsUntrusted => _server is { Scheme: "http" } url && url.Host != "localhost" && !(IPAddress.TryParse(url.Host, out var address) && IPAddress.IsLoopback(address));
}
