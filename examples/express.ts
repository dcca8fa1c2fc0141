/**
 * Recognition inside an Express application: uploads are checked before they are kept.
 *
 *     npx tsx examples/express.ts
 *     curl --data-binary @examples/photos/cat.jpg -H 'Content-Type: image/jpeg' http://localhost:3000/uploads
 */
import express, { type NextFunction, type Request, type Response } from 'express';
import { isPictorError, load } from 'pictor';

const moderator = await load(process.env.MODEL ?? 'nsfw-mobilenetv2', { task: 'moderate' });

const app = express();
app.post('/uploads', express.raw({ type: 'image/*', limit: '20mb' }), async (request, response) => {
  const { verdict, scores } = await moderator.moderate(request.body);
  response.status(verdict === 'block' ? 422 : 201).json({ verdict, scores });
});
app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
  if (isPictorError(error)) response.status(error.status).json({ error });
  else next(error);
});

const server = app.listen(Number(process.env.PORT ?? 3000), () => {
  const address = server.address();
  if (typeof address === 'object' && address) console.log(`http://localhost:${address.port}`);
});
process.once('SIGTERM', () => {
  server.close(() => void moderator.close());
});
