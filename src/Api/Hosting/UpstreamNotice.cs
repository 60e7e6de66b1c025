using PyWharf.Application.Repositories;
using PyWharf.Application.Upstream;

namespace PyWharf.Api.Hosting;

/// <summary>Logs the upstream indexes at the start.</summary>
internal static partial class UpstreamNotice
{
    /// <summary>Logs the URL of each without the password, and how to switch it off; warns of passwords that are in danger, or of no use.</summary>
    /// <param name="logger">The log.</param>
    /// <param name="shared">The index of <c>--extra_index_url</c>, for repositories without one of their own; null for none.</param>
    /// <param name="repositories">All repositories; none while the server has no configuration.</param>
    public static void Write(ILogger logger, Uri? shared, IReadOnlyCollection<Repository> repositories)
    {
        if (shared is not null && (repositories.Count == 0 || repositories.Any(repository => repository is { Members.Count: 0, Settings.Upstream: null })))
        {
            WriteShared(logger, shared);
        }

        foreach (var repository in repositories.OrderBy(repository => repository.Name.ToString(), StringComparer.Ordinal))
        {
            if (repository.Settings.Upstream is { } own)
            {
                Write(logger, repository.Name.ToString(), own);
            }
        }
    }

    private static void WriteShared(ILogger logger, Uri index)
    {
        var shown = new UriBuilder(index) { UserName = "", Password = "" }.Uri;
        Log.Asked(logger, shown);
        if (index.UserInfo.Length > 0)
        {
            Log.NeedsPassword(logger, shown);
            WarnOfPlainHttp(logger, shown);
        }
    }

    private static void Write(ILogger logger, string repository, UpstreamSettings upstream)
    {
        if (upstream.Mode == UpstreamMode.Off)
        {
            Log.AskedNowhere(logger, repository);

            return;
        }

        Log.OwnIndexAsked(logger, repository, upstream.Url, upstream.Mode == UpstreamMode.Cache ? "cache" : "redirect");
        if (upstream.HasPassword && upstream.Mode == UpstreamMode.Redirect)
        {
            Log.OwnIndexNeedsPassword(logger, repository, upstream.Url);
        }

        if (upstream.HasPassword)
        {
            WarnOfPlainHttp(logger, upstream.Url);
        }
    }

    private static void WarnOfPlainHttp(ILogger logger, Uri index)
    {
        if (index.Scheme == Uri.UriSchemeHttp)
        {
            Log.PasswordInClear(logger, index);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Projects that are not here are asked for at {Index}; --extra_index_url= switches that off")]
        public static partial void Asked(ILogger logger, Uri index);

        [LoggerMessage(2, LogLevel.Warning, "The password in --extra_index_url opens the pages of {Index} only: clients fetch its files from there by themselves, without it. If the files need it too, installing them fails: publish them here")]
        public static partial void NeedsPassword(ILogger logger, Uri index);

        [LoggerMessage(3, LogLevel.Information, "Projects that are not in {Repository} are asked for at {Index}, mode \"{Mode}\"; mode = \"off\" in [{Repository}.upstream] switches that off")]
        public static partial void OwnIndexAsked(ILogger logger, string repository, Uri index, string mode);

        [LoggerMessage(4, LogLevel.Information, "Projects that are not in {Repository} are asked for nowhere: [{Repository}.upstream] has mode = \"off\"")]
        public static partial void AskedNowhere(ILogger logger, string repository);

        [LoggerMessage(5, LogLevel.Warning, "The password in [{Repository}.upstream] opens the pages of {Index} only: with mode = \"redirect\" clients fetch its files from there by themselves, without it. If the files need it too, installing them fails: mode = \"cache\" fetches them with it")]
        public static partial void OwnIndexNeedsPassword(ILogger logger, string repository, Uri index);

        [LoggerMessage(6, LogLevel.Warning, "The password for {Index} is sent over plain http, where whoever is on the way can read it: use https")]
        public static partial void PasswordInClear(ILogger logger, Uri index);
    }
}
