namespace PyWharf.Api.Hosting;

/// <summary>Logs the upstream index at the start.</summary>
internal static partial class UpstreamNotice
{
    /// <summary>Logs its URL without the password, and how to switch it off.</summary>
    public static void Write(ILogger logger, Uri? index)
    {
        if (index is null)
        {
            return;
        }

        var shown = new UriBuilder(index) { UserName = "", Password = "" }.Uri;
        Log.Asked(logger, shown);
        if (index.UserInfo.Length > 0)
        {
            Log.NeedsPassword(logger, shown);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Projects that are not here are asked for at {Index}; --extra_index_url= switches that off")]
        public static partial void Asked(ILogger logger, Uri index);

        [LoggerMessage(2, LogLevel.Warning, "The password in --extra_index_url opens the pages of {Index} only: clients fetch its files from there by themselves, without it. If the files need it too, installing them fails: publish them here")]
        public static partial void NeedsPassword(ILogger logger, Uri index);
    }
}
