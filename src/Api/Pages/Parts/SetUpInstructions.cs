using System.Net;
using PyWharf.Domain;

namespace PyWharf.Api.Pages.Parts;

/// <summary>What clients need to know of a repository, as text to be copied; docs/clients.md explains it.</summary>
/// <param name="server">The server's URL as the visitor's browser sees it, without a trailing slash.</param>
/// <param name="repository">The repository.</param>
/// <param name="isOpen">Whether reading takes no credentials, so that those who only read are told none.</param>
/// <param name="isReadOnly">Whether it is a group, which takes no uploads.</param>
/// <param name="secret">The secret or token that clients send; a placeholder where none is known.</param>
public sealed class SetUpInstructions(string server, RepositoryName repository, bool isOpen, bool isReadOnly, string secret = "SECRET")
{
    /// <summary>The user name. Any goes with a secret where the path names the repository.</summary>
    public const string User = "__token__";

    private readonly Uri? _server = Uri.TryCreate(server, UriKind.Absolute, out var url) ? url : null;

    /// <summary>What SECRET stands for.</summary>
    public string Note => (isOpen, isReadOnly) switch
    {
        (true, true) => "Reading takes no login.",
        (true, false) => "Reading takes no login. To upload, SECRET is the write secret of this repository, or a token.",
        _ => "SECRET is a secret of this repository, or a token.",
    };

    /// <summary>The command that uploads what was built.</summary>
    public string Upload => $"twine upload --repository-url {Legacy} -u {User} dist/*";

    /// <summary>pip's configuration.</summary>
    public string PipConf => $"[global]\nindex-url = {IndexWith(secret)}\n{(IsUntrusted ? $"trusted-host = {Host}\n" : "")}";

    /// <summary>The configuration of twine and other uploaders.</summary>
    public string PyPiRc => $"[distutils]\nindex-servers = {repository}\n\n[{repository}]\nrepository = {Legacy}\nusername = {User}\npassword = {secret}\n";

    /// <summary>twine's variables, for a CI job.</summary>
    public string TwineVariables => $"TWINE_REPOSITORY_URL={Legacy}\nTWINE_USERNAME={User}\nTWINE_PASSWORD={secret}\n";

    /// <summary>Id, title and text of each block that holds for the whole repository.</summary>
    public IReadOnlyList<(string Id, string Title, string Text)> Blocks => isReadOnly
        ?
        [
            ("set-up-pip-conf", "pip.conf", PipConf),
            ("set-up-uv-toml", "uv.toml", UvToml),
        ]
        :
        [
            ("set-up-pip-conf", "pip.conf", PipConf),
            ("set-up-pypirc", ".pypirc", PyPiRc),
            ("set-up-uv-toml", "uv.toml", UvToml),
            ("set-up-github-actions", "GitHub Actions", Workflow),
        ];

    /// <summary>Id, title and text of each block that installs a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="version">The version; null for the one that installers take by default.</param>
    public IReadOnlyList<(string Id, string Title, string Text)> InstallBlocks(ProjectName project, PackageVersion? version)
    {
        var requirement = RequirementOf(project, version);

        return
        [
            ("install-pip", "pip", $"pip install --index-url {Simple}{(IsUntrusted ? $" --trusted-host {Host}" : "")} {requirement}\n"),
            ("install-uv", "uv", $"{(isOpen ? "" : $"export {UvVariable}_USERNAME={User} {UvVariable}_PASSWORD={secret}\n")}uv add --default-index {repository}={Simple} {requirement}\n"),
            ("install-poetry", "poetry", $"poetry source add {PoetrySource} {Simple}\n{(isOpen ? "" : $"poetry config http-basic.{PoetrySource} {User} {secret}\n")}poetry add --source {PoetrySource} {requirement}\n"),
            ("install-pdm", "pdm", $"pdm config --local pypi.url {IndexWith(secret)}\n{(IsUntrusted ? "pdm config --local pypi.verify_ssl false\n" : "")}pdm add {requirement}\n"),
        ];
    }

    private string Simple => $"{server}/{repository}/simple/";

    private string Legacy => $"{server}/{repository}/legacy/";

    private string Host => _server?.Authority ?? "";

    // poetry reads dots in the keys of its configuration as tables.
    private string PoetrySource => repository.ToString().Replace('.', '-');

    // https://docs.astral.sh/uv/concepts/indexes: upper case, and an underscore for all that is neither letter nor digit.
    private string UvVariable => "UV_INDEX_" + string.Concat(repository.ToString().Select(character => char.IsAsciiLetterOrDigit(character) ? char.ToUpperInvariant(character) : '_'));

    private string UvToml =>
        $"[[index]]\nname = \"{repository}\"\nurl = \"{Simple}\"\n{(isReadOnly ? "" : $"publish-url = \"{Legacy}\"\n")}default = true\n"
        + (isOpen ? "" : $"authenticate = \"always\"\n# and in the environment: {UvVariable}_USERNAME={User} {UvVariable}_PASSWORD={secret}\n");

    private string Workflow =>
        $$$"""
        name: Publish
        on:
          push:
            tags: ["v*"]
        permissions:
          contents: read
        jobs:
          publish:
            runs-on: ubuntu-latest
            env:
              PIP_INDEX_URL: {{{IndexWith("${{ secrets.PYWHARF_READ }}")}}}{{{(IsUntrusted ? $"\n      PIP_TRUSTED_HOST: {Host}" : "")}}}
              TWINE_REPOSITORY_URL: {{{Legacy}}}
              TWINE_USERNAME: {{{User}}}
              TWINE_PASSWORD: ${{ secrets.PYWHARF_WRITE }}
            steps:
              - uses: actions/checkout@v4
              - uses: actions/setup-python@v5
                with:
                  python-version: "3.13"
              - run: pip install build twine
              - run: python -m build
              - run: twine upload dist/*

        """;

    /// <summary>The index for installers that are given the secret in its URL; without one where reading takes none.</summary>
    private string IndexWith(string password) => _server is null || isOpen
        ? Simple
        : $"{_server.Scheme}://{User}:{password}@{Host}{_server.AbsolutePath.TrimEnd('/')}/{repository}/simple/";

    // Shells expand the exclamation mark of an epoch, unless it is in single quotes.
    private static string RequirementOf(ProjectName project, PackageVersion? version) => version is null
        ? project.ToString()
        : version.ToString().Contains('!', StringComparison.Ordinal) ? $"'{project}=={version}'" : $"{project}=={version}";

    // pip and pdm skip an index without TLS on another machine unless they are told to trust it.
    private bool IsUntrusted => _server is { Scheme: "http" } url && url.Host != "localhost" && !(IPAddress.TryParse(url.Host, out var address) && IPAddress.IsLoopback(address));
}
